# Phones of each vendor, as they ask when they are plugged in, promoted, and have
# lost their file: conversations of t/phones/, which are data.
#
#	mac 001565aabbcc		whose conversation it is
#	agent Yealink SIP-T46S ...	what it calls itself
#	type yealinkT46S		what it is recognised as
#	ask FILE ...			what it asks for, in this order
#	write FILE			what it writes itself
#	get FILE TYPE			what it gets by its own URL: all lines below
#	| ...				that begin so, byte for byte
#	firmware FILE TYPE		what it gets so outside of its window while an
#	| ...				update job works on it
#
# "http://HOST:PORT/OWN/" stands for the phone's own URL.  PHONE=acme replays one
# file only, and RECORD=1 prints what phones get instead of comparing it.
use Fleetline;
use Mojo::File;

my $name = $ENV{PHONE} // '*';
my @files = glob "t/phones/$name.txt";
die "no t/phones/$name.txt" unless @files;

sub conversations ($file) {
	my (@all, $get);
	for my $line (split /(?<=\n)/, Mojo::File->new($file)->slurp) {
		if ($line =~ s/^\| ?//) {
			$get->{body} .= $line;
			next;
		}
		my ($word, $rest) = $line =~ /^(\w+) (.*)\n/ or next;
		push @all, {vendor => $file =~ m{(\w+)\.txt}, get => []}
		    if $word eq 'mac';
		if ($word =~ /^(?:get|firmware)$/) {
			my ($path, $type) = split / /, $rest, 2;
			push @{$all[-1]{$word}}, $get = {file => $path,
			    type => $type, body => ''};
		} elsif ($word =~ /^(?:ask|write)$/) {
			push @{$all[-1]{$word}}, split / /, $rest;
		} else {
			$all[-1]{$word} = $rest;
		}
	}
	return @all;
}

my $etag;
my $f = Fleetline->new;
$f->cli(qw(domain add north));
$f->cli(qw(category add north all --config));
chomp(my $key = $f->cli(qw(phone-key new north)));
my %all = (sip_server => 'sip.example', time_server => 'ntp.example',
    time_zone => 'Europe/Berlin', language => 'de', tones => 'de', vlan => 20,
    firmware_url => 'https://files.example/fw.bin',
    phonebook_url => 'https://files.example/book.xml?a=1&b=2',
    phonebook_name => 'All <of> "us" & them', sip_transport => 'tls',
    sip_proxy => 'edge.example', web_access => 'https');
$f->cli(qw(phone set all), $_, $all{$_}) for sort keys %all;
my $secret = q{p$s"w'<&>rd};
my $admin = 'adm$n-4711';
$f->cli(qw(phone set all admin_password --password-file),
    $f->secret_file($admin));

# All that a phone may be asked for under its own URL has no secret before.
sub has_secret ($res) {
	return $res->to_string =~ /p\$+s|p\\?\$s|w'&lt;|adm\$|\Q$admin\E/;
}

sub settings ($mac) {
	my %own = ('sip_user.0' => '101', 'sip_name.0' => 'Anna "A" & <B>',
	    'key_type.1' => 'line', 'key_value.1' => '101', 'key_label.1' => 'Anna',
	    'key_type.2' => 'blf', 'key_value.2' => '102', 'key_label.2' => 'Bob');
	$f->cli(qw(phone set), $mac, $_, $own{$_}) for sort keys %own;
	$f->cli(qw(phone set), $mac, 'sip_password.0', '--password-file',
	    $f->secret_file($secret));
}

# What is asked for by other ways than a whole GET.
sub half ($ask, $url) {
	my $all = $ask->($url);
	my $head = $ask->($url, 'HEAD');
	is $head->body . ' ' . $head->headers->content_length,
	    ' ' . length $all->body, 'HEAD tells the length, and has no body';
	my $part = $ask->($url, 'GET', Range => 'bytes=3-9');
	is $part->code . ' ' . $part->body . ' ' . $part->headers->content_range,
	    '206 ' . substr($all->body, 3, 7) . ' bytes 3-9/' . length $all->body,
	    'a part of a file';
	is $ask->($url, 'GET', Range => 'bytes=999999-')->code, 416,
	    'a part that is not there';
	is $ask->($url, 'PUT')->code, 404, 'what is served is not written';
	$etag = $all->headers->etag;
}

# With names in place of what is another each time.
sub plain ($body) {
	my $port = $f->port;
	return $body =~ s{\bp/\Q$key\E/[\w-]+}{OWN}gr =~ s/\b127\.0\.0\.1\b/HOST/gr
	    =~ s/\b$port\b/PORT/gr;
}

# Of XML what xmllint says of it; of other formats their first line.
sub is_well_formed ($type, $body) {
	return $body =~ /^(?:#|[\w!%])/ && $body !~ /\r(?!\n)/
	    unless $type =~ /xml/;
	my $file = Mojo::File->new($f->state, 'one.xml')->spurt($body);
	my ($rc, $said) = $f->command('xmllint', '--noout', "$file");
	return $said eq '';
}

# Outside of its window, while a job works on it.
sub firmware ($c, $ask, $url) {
	my ($get) = @{$c->{firmware} // []};
	my @job = (qw(job add north), $c->{mac}, qw(--release 99.9 --category all
	    --firmware https://files.example/{model}/v{version}.bin --models), $c->{type});
	if (!$get) {
		like +($f->try_cli(@job))[2], qr/take firmware in a window only/,
		    "$c->{vendor}: no update job can bring it firmware";
		return;
	}
	my ($id) = $f->cli(@job) =~ /id (\d+)/;
	$f->cli(qw(device set), $c->{mac}, qw(--category all));
	$f->cli(qw(job start), $id);
	ok Fleetline::soon(sub { ($f->cli_json(qw(job tasks), $id)->[0]{state} // "")
	    eq 'active' }), "$c->{vendor}: an update job works on it";
	my $res = $ask->($url . $get->{file});
	if ($ENV{RECORD}) {
		print "firmware $get->{file} ", $res->headers->content_type, "\n",
		    plain($res->body) =~ s/^/| /gmr;
		$f->cli(qw(job remove --yes), $id);
		return;
	}
	is $res->code . ' ' . ($res->headers->content_type // ''), "200 $get->{type}",
	    "$c->{vendor}: $get->{file} is there for it";
	is plain($res->body), $get->{body}, "$c->{vendor}: byte for byte";
	ok is_well_formed($get->{type}, $res->body), "$c->{vendor}: well-formed";
	is_deeply [map { $ask->($url . $_->{file})->code } grep { $_->{file}
	    ne $get->{file} } @{$c->{get}}], [map { 404 } grep { $_->{file}
	    ne $get->{file} } @{$c->{get}}], "$c->{vendor}: and nothing else";
	$f->cli(qw(job remove --yes), $id);
	is $ask->($url . $get->{file})->code, 404,
	    "$c->{vendor}: without the job it is gone";
}

sub replay ($c) {
	my ($mac, $vendor) = @$c{qw(mac vendor)};
	my $ask = sub ($path, $method = 'GET', %headers) {
		$f->request($method => $path =~ /^http/ ? $path : "/p/$key/$path",
		    {'User-Agent' => $c->{agent}, %headers});
	};
	is_deeply [map { $ask->($_)->code } @{$c->{ask}}],
	    [(404) x @{$c->{ask}}], "$vendor: a stranger gets nothing";
	my ($row) = grep { $_->{mac} eq $mac }
	    @{$f->cli_json(qw(phone list --waiting))};
	is $row->{type}, $c->{type}, "$vendor: it waits as $c->{type}";
	$f->cli('phone', 'promote', $mac, 'north');
	settings($mac);
	my (@first, $url);
	for my $file (@{$c->{ask}}) {
		my $res = $ask->($file);
		push @first, $res if $res->code == 200;
		$url = $f->url("/$1/")
		    if $res->body =~ m{\b(p/\Q$key\E/[\w-]+)};
	}
	ok $url, "$vendor: one of its first files has its own URL" or return;
	is scalar(grep { has_secret($_) } @first), 0,
	    "$vendor: and none has a secret";
	for my $get (@{$c->{get}}) {
		my $res = $ask->($url . $get->{file});
		my $body = plain($res->body);
		is $res->code . ' ' . ($res->headers->content_type // ''),
		    "200 $get->{type}", "$vendor: $get->{file} is there";
		is $res->headers->content_length, length $res->body,
		    "$vendor: with its length";
		ok is_well_formed($get->{type}, $res->body),
		    "$vendor: well-formed";
		if ($ENV{RECORD}) {
			print "get $get->{file} $get->{type}\n",
			    $body =~ s/^/| /gmr;
		} else {
			is $body, $get->{body}, "$vendor: byte for byte";
		}
		is $ask->($url . $get->{file}, 'GET', 'If-None-Match' =>
		    $res->headers->etag)->code, 304, "$vendor: nothing new: 304";
	}
	half($ask, $url . $c->{get}[-1]{file}) if $vendor eq 'yealink';
	is $f->request(PUT => $url . $_, {'User-Agent' => $c->{agent}},
	    'mine')->code, 201, "$vendor: $_ is taken" for @{$c->{write} // []};
	is_deeply [map { $_->{file} } @{$f->cli_json('phone', 'files', $mac)}],
	    [sort @{$c->{write}}], "$vendor: and kept apart" if $c->{write};
	is $ask->($_->{file})->code, 404, "$vendor: it has a URL of its own now"
	    for @{$c->{get}};
	$f->cli(qw(phone window), $mac, qw(--minutes 0));
	is_deeply [map { $ask->($url . $_->{file})->code } @{$c->{get}}],
	    [map { 404 } @{$c->{get}}], "$vendor: nothing outside its window";
	firmware($c, $ask, $url);
	is $ask->($url . $c->{get}[-1]{file}, 'GET', 'If-None-Match' => $etag)->code,
	    404, 'outside of its window no ETag says whether it is the same'
	    if $vendor eq 'yealink';
	$f->cli(qw(phone window), $mac);
	is_deeply [map { $ask->($url . $_->{file})->code } @{$c->{get}}],
	    [map { 200 } @{$c->{get}}], "$vendor: a new window, its files again";
}

# ---- the same by messages ----------------------------------------------------------------

{
	my $r = $f->api({mt => 'SetPhoneSettings', layer => 'domain:north',
	    settings => {language => 'fr', 'sip_password.3' => 'hush'}});
	is $r->{error}, undef, 'SetPhoneSettings';
	is_deeply $f->api({mt => 'GetPhoneSettings', layer => 'domain:north'})
	    ->{settings}, [{name => 'sip_password.3', secret => \1},
	    {name => 'language', value => 'fr'}], 'GetPhoneSettings has no secret';
	is $f->api({mt => 'SetPhoneSettings', layer => 'domain:north',
	    settings => {vlan => 7}})->{error}, 'settings are texts', 'a number';
	ok $f->api({mt => 'SetPhoneSettings', layer => 'domain:north',
	    settings => {vlan => '7', x => '1'}})->{error}, 'all, or none';
	$f->api({mt => 'SetPhoneSettings', layer => 'domain:north',
	    settings => {language => undef, 'sip_password.3' => ''}});
	is_deeply $f->api({mt => 'GetPhoneSettings', layer => 'domain:north'})
	    ->{settings}, [], 'taken away again';
	is $f->api({mt => $_, mac => '001122334455'})->{error},
	    'not found', "$_ needs a phone" for qw(OpenPhoneWindow ExplainPhone);
	$f->cli(qw(phone add 001122334455 north --type snom320));
	is $f->api({mt => 'OpenPhoneWindow', mac => '001122334455'})->{error},
	    'it has never waited: name its address', 'and knows where it is';
	$r = $f->api({mt => 'OpenPhoneWindow', mac => '001122334455',
	    from => '192.0.2.9', minutes => 5});
	ok abs($r->{until} / 1000 - time - 300) < 60, 'until when it is open';
	is "$r->{from} " . ($r->{proven} ? 1 : 0), '192.0.2.9 0', 'for whom';

	$f->cli(qw(phone set vendor:snom language it));
	$f->api({mt => 'SetPhoneSettings', layer => '001122334455',
	    settings => {'sip_user.0' => '117', 'sip_password.0' => 'hush'}});
	$r = $f->api({mt => 'ExplainPhone', mac => '00-11-22-33-44-55'});
	my %had = map { $_->{name} => $_ } @{$r->{settings}};
	is_deeply [@had{qw(language vlan sip_user.0 sip_password.0 sip_port)}],
	    [{name => 'language', value => 'it', layer => 'vendor:snom'},
	    {name => 'vlan', value => '20', layer => 'all'},
	    {name => 'sip_user.0', value => '117', layer => 'device'},
	    {name => 'sip_password.0', secret => \1, layer => 'device'},
	    {name => 'sip_port', value => '5060', layer => 'default'}],
	    'ExplainPhone says where each value comes from, and no secret';
	is_deeply [map { $_->{layer} } @{$r->{settings}}],
	    [map { $_->{layer} } @{$f->cli_json(qw(phone explain 001122334455))}],
	    'as "fleetline phone explain" does';
	my $names = $f->api({mt => 'GetPhoneSettingNames'})->{names};
	is_deeply [map { $_->{name} } @$names], [map { $_->{setting} }
	    @{$f->cli_json(qw(phone setting-names))}],
	    'GetPhoneSettingNames has what can be set';
	my %name = map { $_->{name} => $_ } @$names;
	is_deeply [@name{qw(sip_expires sip_transport key_value)}],
	    [{name => 'sip_expires', of => 'port', kind => 'number', least => 60,
	    most => 86400, unit => 'seconds', default => '3600',
	    help => 'a registration lasts'},
	    {name => 'sip_transport', of => 'port', kind => 'choice',
	    choices => [qw(udp tcp tls)], default => 'udp',
	    help => 'transport to the server'},
	    {name => 'key_value', of => 'key', kind => 'text', least => 1,
	    most => 64, help => 'number that it watches or calls'}],
	    '... and what it may be';
	my ($snom) = grep { $_->{type} eq 'snom320' }
	    @{$f->api({mt => 'GetPhoneTypes'})->{types}};
	is_deeply $snom, {type => 'snom320', vendor => 'snom', name => 'Snom 320',
	    ports => $snom->{ports}, updates => \1}, 'GetPhoneTypes has the types';
	$f->cli(qw(domain add south));
	$f->cli(qw(account add sonja --role manager --domain south));
	chomp(my $other = $f->cli(qw(key add sonja)));
	is $f->api({mt => 'ExplainPhone', mac => '001122334455'},
	    key => $other)->{error}, 'not found', 'who does not see the phone is told nothing';
	$f->cli(qw(phone unset vendor:snom language));

	# Some phones first.
	my %wish = (layer => 'domain:north', settings => {language => 'nl'});
	$r = $f->api({mt => 'DiffTemplates', %wish});
	my ($group) = grep { $_->{like} eq '001122334455' } @{$r->{groups}};
	is "$group->{vendor} $group->{phones}", 'snom 1', 'DiffTemplates: whom';
	like $group->{text}, qr/^-.*Deutsch.*\n\+.*Nederlands/m, 'and what';
	is $f->api({mt => 'DiffTemplates', %wish, files => {}})->{error},
	    'either files, or a layer and its settings', 'not both';
	is $f->api({mt => 'DiffTemplates', files => {}}, key => $other)->{error},
	    'not allowed', 'templates are for administrators';
	is $f->api({mt => 'DiffTemplates', %wish}, key => $other)->{error},
	    'not found', 'a domain is for who sees it';
	my $id = $f->api({mt => 'StageTemplates', %wish,
	    phones => ['001122334455']})->{id};
	ok $id, 'StageTemplates';
	is_deeply [map { "$_->{id} $_->{layer} $_->{phones}" }
	    @{$f->api({mt => 'GetStagedTemplates'})->{changes}}],
	    ["$id domain:north 1"], 'GetStagedTemplates';
	is_deeply $f->api({mt => 'GetStagedTemplates'}, key => $other)->{changes},
	    [], 'for who may end it';
	is $f->api({mt => $_, id => $id}, key => $other)->{error}, 'not found',
	    "$_ likewise" for qw(CommitTemplates RevertTemplates);
	is $f->api({mt => 'RevertTemplates', id => $id})->{error}, undef,
	    'RevertTemplates';
	$id = $f->api({mt => 'StageTemplates', phones => ['001122334455'],
	    files => {'snom/phone.xml' => 'staged {{language}}'}})->{id};
	is $f->api({mt => 'CommitTemplates', id => $id})->{error}, undef,
	    'CommitTemplates';
	is $f->api({mt => 'RevertTemplates', id => $id})->{error}, undef,
	    'and they are taken back as well';
	is_deeply [map { "$_->{what} $_->{on}" } reverse
	    @{$f->cli_json(qw(audit list --what template))}],
	    ['template.stage domain:north', 'template.revert domain:north',
	    'template.stage templates', 'template.commit templates',
	    'template.revert templates'],
	    'audit: what was staged, committed and taken back, and nothing else';

	# Whether two meet is chance, so they try until they have.
	$f->cli(qw(account add boss --role system-admin));
	chomp(my $boss = $f->cli(qw(key add boss)));
	my $table = Mojo::File->new($f->state, 'many.csv')->spurt(
	    "mac;domain;type\n", map { sprintf "000413%06x;north;snom320\n", $_ }
	    0xa00000 .. 0xa00063);
	$f->cli('phone', 'import', "$table");
	my (%said, $rounds);
	until ($said{'another preview is being made'} || ++$rounds > 50) {
		Mojo::Promise->all(map {
			$f->ua->post_p($f->url($f->base . '/api'),
			    {Authorization => "Bearer $boss"},
			    json => {mt => 'DiffTemplates', %wish})
			    ->then(sub ($tx) { $said{$tx->res->json->{error} // ''}++ });
		} 1 .. 4)->wait;
	}
	is_deeply [sort keys %said], ['', 'another preview is being made'],
	    'of two previews at once one is made, the other one is told so'
	    or diag explain \%said;
	is $f->api({mt => 'DiffTemplates', %wish})->{error}, undef,
	    'and the next one is made';
}

# ---- a table of phones ---------------------------------------------------------------

{
	my $table = Mojo::File->new($f->state, 'phones.csv')->spurt(<<~'END');
		mac;domain;type;name;from;sip_user.0;sip_password.0
		00:04:13:00:00:01;north;snom320;Hall;192.0.2.1;201;hush
		000413000002;north;nothing;;;202;
		zz;north;snom320;;;203;
		000413000003;north;snom370;"a;b";;204;
		END
	my ($rc, $out, $err) = $f->try_cli('phone', 'import', "$table");
	is $out, "2 phones imported\n", 'a table of phones';
	is $err, "line 3: no such type of phones\nline 4: no MAC address\n"
	    . "fleetline: 2 lines left out\n", 'what cannot be is told by line';
	is_deeply [map { "$_->{mac} $_->{type} $_->{name}" }
	    grep { $_->{mac} =~ /^0004130/ } @{$f->cli_json(qw(phone list))}],
	    ['000413000001 snom320 Hall', '000413000003 snom370 a;b'],
	    'the others are there';
	is_deeply {map { $_->{setting} => $_->{value} }
	    @{$f->cli_json(qw(phone settings 000413000001))}},
	    {'sip_user.0' => '201', 'sip_password.0' => '(set)'},
	    'with their settings';
	like $f->cli(qw(phone window 000413000001)), qr/from 192\.0\.2\.1$/m,
	    'and the address that they may come from';
	$table->spurt("mac,domain,sip_user.0\n000413000001,north,205\n");
	$f->cli('phone', 'import', "$table");
	is_deeply [map { $_->{value} } grep { $_->{setting} eq 'sip_user.0' }
	    @{$f->cli_json(qw(phone settings 000413000001))}], ['205'],
	    'one that is there gets its settings';
	$table->spurt("mac,domain,colour\n");
	isnt +($f->try_cli('phone', 'import', "$table"))[0], 0,
	    'a column that is no setting';
}

replay($_) for map { conversations($_) } @files;
ok $f->access_log_whole, 'the access log';
unlike $f->log_of('access') . $f->log_of('provision'),
    qr/\Q$secret\E|\Q$admin\E|\Q$key\E/, 'no secret and no key is in a log';
done_testing;
