# Many devices at once, at the terminal and by the API: looking for them, pages
# with a total, changes of all or of none.
use Fleetline;
use Mojo::File qw(path);
use IO::Uncompress::Gunzip qw(gunzip);

my $f = Fleetline->new;
$f->cli(qw(domain add a.example));
$f->cli(qw(domain add b.example));
$f->cli(qw(category add a.example desk));
my ($a, $b) = map { $_->{id} } sort { $a->{id} <=> $b->{id} }
    grep { $_->{name} =~ /^[ab]\./ } @{$f->cli_json(qw(domain list))};

sub file ($text) { return $f->secret_file($text) }
sub ids (@args) {
	return join ' ', map { $_->{hwId} } @{$f->cli_json(qw(device list), @args)};
}
# With somebody at a terminal, who types $answer.
sub at_terminal ($answer, $command) {
	return $f->command('sh', '-c', 'export FLEETLINE_CONF="$1"; echo "$2" |'
	    . ' script -qec "$0 $3" /dev/null', $f->build . '/sbin/fleetline',
	    $f->state . '/fleetline.conf', $answer, $command);
}
sub page (%m) { return $f->api({mt => 'GetDevices', %m}) }
sub ids_of ($r) { return join ' ', map { $_->{hwId} } @{$r->{devices}} }

$f->cli(qw(import devices), file(<<'CSV'));
hwId,name,domain,type,product
009033010201,Reception,a.example,PHONE,IP112
009033010202,Lobby,a.example,PHONE,IP222
009033010203,Büro,a.example,GW,IP811
009033010204,reception 2,b.example,GW,IP811
plain,,b.example,VA,IPVA
free,Attic,,,
CSV
my $d = $f->device(id => '009033010203', password => 'x' x 32,
    product => 'IP811', version => '13r1 sr99 [13.4100/13/300]');
$f->sql("INSERT INTO interface SELECT id, 0, 'ETH0', '192.0.2.77',"
    . " '2001:db8::77' FROM device WHERE hw_id = '009033010203'");
$f->sql("INSERT INTO interface SELECT id, 0, 'ETH0', '192.0.2.8',"
    . " '' FROM device WHERE hw_id = '009033010204'");
$f->sql("UPDATE device SET version = '13r1 sr99' WHERE hw_id = 'plain'");

subtest 'looking for devices' => sub {
	for (['00:90:33:01:02:02' => '009033010202', 'MAC'],
	    ['0090.3301.0202' => '009033010202', 'MAC with dots'],
	    ['33-01-02-03' => '009033010203', 'a part of a MAC'],
	    ['PHONE' => '009033010201 009033010202', 'type'],
	    ['phone' => '009033010201 009033010202', 'type in any case'],
	    ['ip811' => '009033010203 009033010204', 'product'],
	    ['192.0.2.7' => '009033010203', 'IPv4'],
	    ['2001:db8' => '009033010203', 'IPv6'],
	    ['reception' => '009033010201 009033010204', 'name'],
	    ['sr99' => '', 'not by version'], ['nothing' => '', 'nothing']) {
		my ($text, $want, $name) = @$_;
		is ids('--search', $text), $want, "device list: $name";
		is ids_of(page(search => $text)), $want, "GetDevices: $name";
	}
	is ids(qw(--version sr99)), 'plain', 'the version has its own filter';
	is ids_of(page(version => 'SR99')), 'plain', 'in the API, too';
	is ids(qw(--ip 192.0.2.)), '009033010203 009033010204', '--ip';
	is ids(qw(--name recep)), '009033010201 009033010204', '--name';
	is ids(qw(--product ipva)), 'plain', '--product';
	is ids(qw(--product IP --domain b.example)), '009033010204 plain',
	    'with other filters';
	is ids(qw(--offline-since 2026-01-01 --type GW)),
	    '009033010203 009033010204', 'never seen is offline';
	is ids_of(page(offlineSince => 1, search => 'GW')),
	    '009033010203 009033010204', 'in the API, too';
	is ids_of(page(online => \1)), '', 'none is online';
	my ($status, undef, $err) = $f->try_cli(qw(device list
	    --offline-since soon));
	is $status, 1, 'a time that is none is refused';
	like $err, qr/--offline-since/, 'by its name';
};

subtest 'pages' => sub {
	is ids(qw(--limit 2)), '009033010201 009033010202', '--limit';
	is ids(qw(--sort name --type GW --type VA --type PHONE)),
	    'plain 009033010203 009033010202 009033010201 009033010204',
	    '--sort name';
	is ids(qw(--sort -hwId --limit 2)), 'plain free', 'turned round';
	is ids(qw(--sort ip --type GW)), '009033010204 009033010203',
	    'addresses by their numbers';
	my ($status, undef, $err) = $f->try_cli(qw(device list --sort colour));
	like $err, qr/unknown order/, 'an order that is none';
	my $row = $f->cli_json(qw(device list --limit 1 --columns),
	    'hwid,since,owner')->[0];
	is join(' ', sort keys %$row), 'hwId owner since', '--columns';
	like $f->cli(qw(device list --limit 1 --columns), 'name,hwId'),
	    qr/\ANAME\s+HWID\n?/, 'in their order';

	for my $sort (qw(id hwId name product version type ip since)) {
		for my $way ('', '-') {
			my ($all, $after, $n) = ('', undef, 0);
			do {
				my $r = page(sort => "$way$sort", limit => 2,
				    $after ? (after => $after) : ());
				is $r->{total}, 6, "$way$sort: the total"
				    if $n++ == 0;
				ok @{$r->{devices}} <= 2, 'no page is longer'
				    or diag ids_of($r);
				$all .= ids_of($r) . ' ';
				$after = $r->{after};
			} while (defined $after && $n < 10);
			is join(' ', sort split / /, $all), '009033010201 '
			    . '009033010202 009033010203 009033010204 free plain',
			    "$way$sort: each device once";
		}
	}
	is page(search => 'phone', limit => 1)->{total}, 2,
	    'the total is of what was looked for';
	my $first = page(sort => 'hwId', limit => 1);
	$f->cli(qw(device remove --yes 009033010201));
	is ids_of(page(sort => 'hwId', limit => 1, after => $first->{after})),
	    '009033010202', 'a page goes on where its device went';
	is page(limit => 201)->{field}, 'limit', 'a page has a limit';
	is page(sort => 'colour')->{error}, 'unknown order', 'an order is one';
	is page(limit => 1, after => 'x')->{error}, 'invalid cursor',
	    'a place is one';
	my $other = $f->api({mt => 'GetDevices', limit => 10},
	    user => 'a.example', password => do {
		$f->cli(qw(domain set a.example --password-file), file('pw'));
		'pw' });
	is $other->{total}, 2, 'a total counts what one sees only';
};

subtest 'compression' => sub {
	$f->cli(qw(import devices), file(join "\n", 'hwId,domain',
	    map { sprintf '00aa%08x,b.example', $_ } 1 .. 300));
	my $key = $f->cli(qw(key add admin)) =~ s/\n//r;
	my @ask = ('POST', $f->base . '/api', {Authorization => "Bearer $key"},
	    '{"mt":"GetDevices"}');
	my $plain = $f->request(@ask);
	is $plain->headers->content_encoding, undef, 'who does not ask gets text';
	$ask[2]{'Accept-Encoding'} = 'gzip';
	my $ua = Mojo::UserAgent->new;
	my $tx = $ua->build_tx(POST => $f->url($ask[1]),
	    $ask[2], $ask[3]);
	$tx->res->content->auto_decompress(0);
	my $res = $ua->start($tx)->res;
	is $res->headers->content_encoding, 'gzip', 'who asks gets gzip';
	gunzip(\$res->body => \my $text);
	is $text, $plain->body, 'of the same list';
	cmp_ok length($res->body) * 5, '<', length $text, 'which is smaller';
};

subtest 'changes at the terminal' => sub {
	my $out = $f->cli(qw(device set 009033010202 0090.3301.0203 009033010203
	    --name Same --category desk));
	like $out, qr/^0090\.3301\.0203: ok$/m, 'a result for each';
	like $out, qr/^2 devices changed$/m, 'and how many';
	is ids(qw(--name Same)), '009033010202 009033010203', 'both have it';
	is ids(qw(--category desk)), '009033010202 009033010203', 'both have it';
	my ($status, undef, $err) = $f->try_cli(qw(device set 009033010202
	    none --name Other));
	is $status, 1, 'one that is not there';
	like $err, qr/^none: no such device$/m, 'is named';
	is ids(qw(--name Other)), '', 'and nothing is changed';
	($status, $out) = $f->try_cli(qw(device move --domain b.example
	    --dry-run --from), file("\xef\xbb\xbf009033010202, 00:90:33:01:02:03 # two\n\n"
	    . "# none\n009033010202\n"));
	is $status, 0, 'a file has more';
	like $out, qr/^2 devices would be moved$/m, 'a dry run counts';
	is ids(qw(--domain b.example --name Same)), '', 'and moves nothing';
	($status) = $f->command('sh', '-c', 'echo 009033010202 | "$0" -c "$1"'
	    . ' device move --from - --domain b.example', $f->build
	    . '/sbin/fleetline', $f->state . '/fleetline.conf');
	is $status, 0, 'standard input';
	is ids(qw(--domain b.example --name Same)), '009033010202', 'it is moved';
	($status, undef, $err) = $f->try_cli(qw(device move --domain b.example));
	like $err, qr/no device is named/, 'one must be named';
	($status, undef, $err) = $f->try_cli(qw(device set plain));
	like $err, qr/nothing is to be set/, 'and what is to be set';
	($status, undef, $err) = $f->try_cli(qw(device remove plain free));
	is $status, 1, 'removing asks';
	like $err, qr/Remove 2 devices.*--yes/, 'and nobody is there';
	is ids(qw(--product IPVA)), 'plain', 'nothing is removed';
	my (undef, $seen) = at_terminal('n', 'device remove plain');
	like $seen, qr/Remove the device plain for good\? \[y/,
	    'a terminal is asked';
	is ids(qw(--search plain)), 'plain', 'no is no';
	$f->cli(qw(device remove --yes plain free));
	is ids(qw(--search plain)) . ids(qw(--search free)), '', 'with --yes both';
};

subtest 'what is removed one by one' => sub {
	$f->cli(qw(account add gone --role user));
	$f->cli(qw(category add a.example gone));
	$f->cli(qw(domain add gone.example));
	$f->cli(qw(account add robot --role manager));
	$f->cli(qw(key add robot));
	$f->cli(qw(trunk add --user gone --ipaddr 192.0.2.9));
	my ($key) = map { $_->{id} } @{$f->cli_json(qw(key list robot))};
	my ($trunk) = map { $_->{id} } @{$f->cli_json(qw(trunk list))};
	for (['trunk', $trunk], ['key', $key], ['account', 'gone'],
	    ['category', 'a.example gone'], ['domain', 'gone.example']) {
		my ($noun, $words) = @$_;
		my ($status, $seen) = at_terminal('n', "$noun remove $words");
		like $seen, qr/^Remove the $noun \Q$words\E for good\? \[y/m,
		    "$noun remove asks a terminal";
		like $seen, qr/nothing was changed/, 'no is no';
		isnt $status, 0, 'which is an error';
		($status, $seen) = $noun eq 'trunk' || $noun eq 'domain'
		    ? at_terminal('y', "$noun remove $words")
		    : $noun eq 'key'
		    ? at_terminal('n', "$noun remove --yes $words")
		    : $f->try_cli($noun, 'remove', split / /, $words);
		is $status, 0, 'yes, --yes, or a script that names it'
		    or diag $seen;
	}
	ok $f->cli_json(qw(key list robot))->[0]{revoked}, 'the key is revoked';
	is scalar(grep { /gone/ } map { $f->cli(@$_) }
	    map { [$_, 'list'] } qw(account domain trunk)), 0, 'all are gone';
};

subtest 'one is no plural' => sub {
	like $f->cli(qw(import devices), file("hwId,domain\nsolo,a.example\n")),
	    qr/^1 device imported$/m, 'import';
	like $f->cli(qw(import devices --update --dry-run),
	    file("hwId,domain,name\nsolo,a.example,x\n")),
	    qr/^0 devices would be imported, 1 would be changed, 0 as they/m,
	    'none is one';
	like $f->cli(qw(device set --name x --dry-run solo)),
	    qr/^1 device would be changed$/m, 'device set';
	like +($f->try_cli(qw(device remove --dry-run solo)))[1],
	    qr/^1 device would be removed$/m, 'device remove';
	like $f->cli(qw(rental settle)), qr/^0 rows$/m, 'rows';
	$f->cli(qw(device remove --yes solo));
};

subtest 'changes by the API' => sub {
	my $r = $f->api({mt => 'EditDevices', hwIds => '009033010202,none',
	    name => 'x'});
	is $r->{error}, 'not all of them can be changed, so none was', 'refused';
	is_deeply $r->{results}, [{hwId => '009033010202'},
	    {hwId => 'none', error => 'not found'}], 'with the reason of each';
	$r = $f->api({mt => 'EditDevices', dryRun => \1,
	    hwIds => ['009033010202', '00:90:33:01:02:03'], name => 'x'});
	ok !$r->{error}, 'a dry run says that it can be';
	is ids(qw(--name x)), '', 'and does nothing';
	$f->api({mt => 'EditDevices', hwIds => '009033010202,009033010203',
	    name => 'x'});
	is ids(qw(--name x)), '009033010202 009033010203', 'then it is done';
	is $f->api({mt => 'EditDevices', hwIds => '009033010203', name => 'y'},
	    user => 'a.example', password => 'pw')->{error}, undef,
	    'a domain edits its own';
	is $f->api({mt => 'EditDevices', hwIds => '009033010202', name => 'y'},
	    user => 'a.example', password => 'pw')->{results}[0]{error},
	    'not found', 'and no others';
	is $f->api({mt => 'EditDevices', hwIds => '009033010203', type => 'GW'},
	    user => 'a.example', password => 'pw')->{error}, 'not allowed',
	    'types are for administrators';
	is $f->api({mt => $_->[0], hwIds => '009033010203', %{$_->[1]}},
	    user => 'a.example', password => 'pw')->{error}, 'not allowed',
	    "$_->[0] is, too" for ['MoveDevices', {domainId => $b}],
	    ['DeleteDevices', {}];
	ok !$f->api({mt => 'MoveDevices', hwIds => '009033010203',
	    domainId => $b})->{error}, 'devices are moved';
	is ids(qw(--domain a.example)), '', 'away';
	is $f->api({mt => 'DeleteDevices', hwIds => '009033010203', dryRun => \1})
	    ->{results}[0]{error}, undef, 'a dry run';
	$f->api({mt => 'DeleteDevices', hwIds => '009033010203,009033010203'});
	is ids(qw(--search 009033010203)), '', 'an id twice is one device';

	my $csv = "hwId,domain,name\n9033010299,a.example,n\n"
	    . "0090.3301.0298,none.example,n\n";
	$r = $f->api({mt => 'ImportDevices', csv => $csv});
	is $r->{error}, 'file has mistakes', 'a file with mistakes';
	is_deeply [map { [@$_{qw(line field error)}] } @{$r->{results}}],
	    [[2, 'hwId', 'nearly a MAC address'], [3, 'domain', 'no such domain']],
	    'says which';
	like $r->{results}[1]{expected}, qr/name of a domain/,
	    'and what was expected';
	is $r->{mistakes}, 2, 'and how many';
	my (undef, undef, $said) = $f->try_cli(qw(import devices),
	    file("hwId,domain\n" . "x,none.example\n" x 103));
	like $said, qr/^3 more mistakes$/m, 'mistakes are counted to the end';
	$csv = "hwId,domain,name\n0090.3301.0298,a.example,n\n";
	$r = $f->api({mt => 'ImportDevices', csv => $csv, dryRun => \1});
	is "$r->{added}", 1, 'a dry run counts';
	is ids(qw(--name n --domain a.example)), '', 'and adds nothing';
	is $f->api({mt => 'ImportDevices', csv => $csv})->{added}, 1, 'added';
	my $new = $csv =~ s/,n$/,m/mr . "0090.3301.0297,b.example,o\n";
	$r = $f->api({mt => 'ImportDevices', csv => $new, update => \1,
	    dryRun => \1});
	is_deeply $r->{changes}, [{line => 2, hwId => '0090.3301.0298',
	    field => 'name', before => 'n', after => 'm'},
	    {line => 3, hwId => '0090.3301.0297', new => Mojo::JSON::true}],
	    'a dry run of an update tells what would change';
	my $shown = $f->cli(qw(import devices --update --dry-run), file($new));
	is $shown, qq{0090.3301.0298: name "n" becomes "m"\n0090.3301.0297: new\n}
	    . "1 device would be imported, 1 would be changed, 0 as they were\n",
	    'the same as at the terminal';
	$r = $f->api({mt => 'ImportDevices', update => \1, dryRun => \1,
	    csv => join "\n", 'hwId,domain',
	    map { sprintf 'many-%04d,a.example', $_ } 1 .. 2500});
	ok @{$r->{changes}} > 500, 'of very many the first are told'
	    or diag explain $r->{error};
	is @{$r->{changes}} + $r->{changesLeftOut}, 2500, 'and how many more';
	$r = $f->api({mt => 'ImportDevices', csv => $csv =~ s/,n$/,m/mr,
	    update => \1});
	is $r->{changes}, undef, 'what is done is counted only';
	is "$r->{added} $r->{changed} $r->{same}", '0 1 0', 'changed';
	is $f->api({mt => 'ImportDevices', csv => $csv},
	    user => 'a.example', password => 'pw')->{error}, 'not allowed',
	    'files are for administrators';
};
done_testing;
