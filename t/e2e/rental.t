# Rental from the outside: the command line and the JSON API on one store, what
# subscribers hear, rights, and programs that are killed in the middle.
use Fleetline;
use Mojo::File qw(path);
use Mojo::Promise;

my $f = Fleetline->new;
my ($gw, $va, $phone) = qw(009033aa0001 009033aa0002 009033aa0003);

sub bad ($match, @args) {
	my ($rc, $out, $err) = $f->try_cli(@args);
	ok $rc == 1 && $out eq '', "fleetline @args fails";
	like $err, $match, 'and says why';
}

sub id_of ($name) {
	return (grep { $_->{name} eq $name } @{$f->cli_json(qw(domain list))})[0]{id};
}

sub rental ($id) { $f->api({mt => 'GetRental', domainId => $id})->{rental} }

sub history ($id, %more) {
	return $f->api({mt => 'GetRentalHistory', domainId => $id, %more})
	    ->{history};
}

$f->cli(qw(domain add rents.example --password-file), $f->secret_file('pw1'));
$f->cli(qw(domain add other.example --password-file), $f->secret_file('pw2'));
my ($home, $other) = map { id_of($_) } qw(rents.example other.example);
$f->cli(qw(device add), $gw, qw(--domain rents.example --type GW));
$f->cli(qw(device add), $va, qw(--domain rents.example --type VA));
$f->cli(qw(device add), $phone, qw(--domain rents.example --type PHONE));
my %as_home = (user => 'rents.example', password => 'pw1');
my %as_other = (user => 'other.example', password => 'pw2');

subtest 'catalogue' => sub {
	$f->cli(qw(licence set PBX-USER --title), 'PBX user', qw(--price 3.1));
	$f->cli(qw(licence set IP112 --title), 'IP112 phone',
	    qw(--price 2.5 --hardware));
	bad(qr/needs --title and --price/, qw(licence set NEW --price 1));
	bad(qr/no amount of iSC/, qw(licence set IP112 --price), '1,5');
	my $r = $f->api({mt => 'SetLicence', licence => 'FAX', title => 'Fax',
	    price => 1});
	ok !$r->{error}, 'the API adds one too';
	is $f->api({mt => 'SetLicence', licence => 'FAX', title => 'Fax',
	    price => 0}, %as_home)->{error}, 'not allowed',
	    'but not for everybody';
	$f->cli(qw(licence set FAX --retired yes));
	is_deeply $f->api({mt => 'GetLicences'}, %as_home)->{licences}, [
	    {licence => 'FAX', title => 'Fax', price => 1, hardware =>
		Mojo::JSON::false, retired => Mojo::JSON::true},
	    {licence => 'IP112', title => 'IP112 phone', price => 2500,
		hardware => Mojo::JSON::true, retired => Mojo::JSON::false},
	    {licence => 'PBX-USER', title => 'PBX user', price => 3100,
		hardware => Mojo::JSON::false, retired => Mojo::JSON::false}],
	    'everybody reads it';
};

subtest 'activation keys' => sub {
	my @keys = split /\n/, $f->cli(qw(rental key new 500 --count 3));
	is scalar @keys, 3, 'three keys';
	like $_, qr/^FLK1(?:-[0-9A-HJKMNP-TV-Z]{8}){5}$/, "$_ looks like one"
	    for @keys;
	is $f->cli(qw(rental load rents.example --key-file),
	    $f->secret_file($keys[0])), "500 iSC loaded\n", 'one is loaded';
	bad(qr/key was used before/, qw(rental load other.example --key-file),
	    $f->secret_file($keys[0]));
	my %m = (mt => 'LoadActivationKey', domainId => $home);
	is $f->api({%m, key => lc $keys[1]}, %as_home)->{amount}, 500_000,
	    'one over the API, by the domain itself';
	is $f->api({%m, key => $keys[1]}, %as_home)->{error},
	    'key was used before', 'once';
	is $f->api({%m, key => $keys[2] =~ s/.$/_/r}, %as_home)->{error},
	    'invalid activation key', 'tampering is refused';
	is $f->api({%m, key => $keys[2]}, %as_other)->{error}, 'not found',
	    'another domain loads nothing here';
	is rental($home)->{balance}, 1_000_000, 'all of it is in the balance';
};

subtest 'preview and apply' => sub {
	my $app = $f->app(domain => 'rents.example', password => 'pw1');
	$app->ask_list({mt => 'GetDevices', recvUpdates => Mojo::JSON::true},
	    'devices');
	my @changes = ({hwId => $gw, licence => 'PBX-USER', count => 50},
	    {hwId => $phone, licence => 'IP112', count => 1});
	my %m = (domainId => $home, changes => \@changes);
	my $seen = $app->ask({mt => 'PreviewRental', %m});
	is $seen->{after}{costPerMonth}, 157_500, 'the cost per month';
	is $seen->{after}{balance}, 1_000_000 - $seen->{charge},
	    'the balance without the charge for today';
	cmp_ok $seen->{after}{end}, '>', 1000 * time + 5 * 28 * 86400_000,
	    'the end is far away';
	is rental($home)->{costPerMonth}, 0, 'nothing has changed';
	my $r = $app->ask({mt => 'ApplyRental', %m,
	    number => $seen->{after}{number}});
	is_deeply [@{$r->{after}}{qw(balance costPerMonth end)}],
	    [@{$seen->{after}}{qw(balance costPerMonth end)}],
	    'applied, it is what was shown';
	is $app->ask({mt => 'ApplyRental', %m,
	    number => $seen->{after}{number}})->{error},
	    'rental was changed meanwhile', 'an old preview is refused';
	my %said;
	for (1 .. 2) {
		my $e = $app->wait_mt('DeviceUpdate') or last;
		$said{$e->{device}{hwId}} = $e->{device};
	}
	ok $said{$gw}{hasLeaseLicenses}, 'the gateway says hasLeaseLicenses';
	ok $said{$phone}{rented} && $said{$phone}{rentalStarted},
	    'the phone says rented and rentalStarted';
	$app->disconnect;
	my $d = $f->api({mt => 'GetDevice', hwId => $gw})->{device};
	ok $d->{hasLeaseLicenses} && !$d->{rented}, 'so does its object';
	my ($domain) = grep { $_->{id} == $home }
	    @{$f->api({mt => 'GetDomains'})->{domains}};
	ok $domain->{hasRentalProducts}, 'the domain has rental products';
	is_deeply [map { "$_->{hwId} $_->{licence} $_->{count} $_->{price}" }
	    @{$f->api({mt => 'GetRentedLicences', domainId => $home})
	    ->{licences}}], ["$gw PBX-USER 50 3100", "$phone IP112 1 2500"],
	    'what runs is listed';
	for (['licence', 'NONE', 'unknown licence'], ['licence', 'FAX',
	    'licence is no longer offered'], ['hwId', $phone,
	    'device is no gateway'], ['hwId', 'nobody', 'no such device'],
	    ['count', 1_000_000, 'balance too low']) {
		my ($field, $value, $error) = @$_;
		is $f->api({mt => 'PreviewRental', domainId => $home, changes =>
		    [{hwId => $gw, licence => 'PBX-USER', count => 60,
		    $field => $value}]})->{error}, $error, $error;
	}
	for ([], [1], {}, [{}], [{hwId => $gw}], [{hwId => $gw, licence =>
	    'PBX-USER', count => -1}]) {
		like $f->api({mt => 'ApplyRental', domainId => $home,
		    changes => $_})->{error}, qr/^invalid value/,
		    encode_json($_) . ' is refused';
	}
	is $f->api({mt => 'ApplyRental', %m}, %as_other)->{error}, 'not found',
	    'another domain sees no rental';
	is $f->api({mt => $_, domainId => $home}, %as_other)->{error},
	    'not found', "nor $_" for qw(GetRental GetRentedLicences
	    GetRentalHistory);
};

subtest 'settings and corrections' => sub {
	my $r = $f->api({mt => 'EditRental', domainId => $home,
	    invoiceReference => 'PO 4711', recipients => ['a@example.com',
	    'b@example.com'], language => 'de'}, %as_home);
	ok !$r->{error}, 'reference, recipients, language';
	is_deeply [@{rental($home)}{qw(invoiceReference recipients language)}],
	    ['PO 4711', ['a@example.com', 'b@example.com'], 'de'],
	    'are kept';
	is $f->api({mt => 'EditRental', domainId => $home, recipients =>
	    'nobody'})->{error}, 'invalid mail address', 'no address';
	$f->cli(qw(rental correct rents.example --note), 'paid twice', '-0.5');
	my ($row) = @{history($home, limit => 1)};
	is_deeply [@$row{qw(what amount note invoiceReference who)}],
	    ['correct', -500, 'paid twice', 'PO 4711', 'local'],
	    'a correction is a row';
	is $f->api({mt => 'CorrectRental', domainId => $home, amount => 5,
	    note => 'for me'}, %as_home)->{error}, 'not allowed',
	    'that nobody writes for himself';
	bad(qr/balance too low/, qw(rental correct rents.example -999999
	    --note x));
	my @numbers = map { $_->{number} } @{history($home)};
	is_deeply \@numbers, [reverse 1 .. @numbers], 'no number is left out';
	is_deeply [map { $_->{number} } @{history($home, before => 4)}],
	    [3, 2, 1], 'and pages go on before a number';
	my $text = $f->cli(qw(rental show rents.example));
	like $text, qr/^invoice reference  PO 4711$/m, 'show, for people';
	like $text, qr/^$gw\s+PBX-USER\s+50\s+3\.1\s+PBX user$/m,
	    'with what runs';
	is $f->cli_json(qw(rental show rents.example))->{costPerMonth}, 157_500,
	    'and as JSON';
	is scalar @{$f->cli_json(qw(rental history rents.example))},
	    scalar @numbers, 'the history has as many rows';
	like $f->cli(qw(rental preview rents.example), $va,
	    qw(PBX-USER 1)), qr/^cost per month     160\.6$/m,
	    'a preview on the command line';
};

subtest 'what is rented stays' => sub {
	bad(qr/device has rented licences/, qw(device remove --yes), $gw);
	bad(qr/device has rented licences/, qw(device assign), $gw,
	    'other.example');
	bad(qr/device has rented licences/, qw(device unassign), $gw);
	$f->cli(qw(rental apply rents.example), $gw, 'PBX-USER', 0);
	$f->cli(qw(device assign), $gw, 'other.example');
	my $d = $f->api({mt => 'GetDevice', hwId => $gw})->{device};
	ok !$d->{hasLeaseLicenses}, 'given back, it moves';
	$f->cli(qw(rental want), $gw, 'yes');
	ok $f->api({mt => 'GetDevice', hwId => $gw})->{device}{rentalWant},
	    'a device can be marked to be rented';
};

subtest 'verify' => sub {
	my $out = $f->cli(qw(rental verify));
	like $out, qr/^rents\.example \d+ [0-9a-f]{64}$/m,
	    'the head of each ledger is printed';
	like $out, qr/^ok$/m, 'all is sound';
	my ($rc, undef, $err) = $f->sql(
	    'UPDATE ledger SET amount = 1 WHERE number = 1');
	like $err, qr/append-only/, 'sqlite3 cannot change a row';
	($rc) = $f->sql('DROP TRIGGER ledger_stays;'
	    . " UPDATE ledger SET note = note || 'x' WHERE number = 2");
	is $rc, 0, 'unless somebody takes the trigger away';
	($rc, $out, $err) = $f->try_cli(qw(rental verify));
	is $rc, 1, 'then verify fails';
	like $out, qr/^domain $home: row 2 does not have its hash$/m,
	    'and names the row';
	($rc, $out) = $f->try_cli(qw(check));
	is $rc, 1, 'check says it too';
	$f->sql('UPDATE ledger SET note ='
	    . ' substr(note, 1, length(note) - 1) WHERE number = 2');
	like $f->cli(qw(rental verify)), qr/^ok$/m, 'put right, it is sound';
};

# Who is killed cannot write what it counted (make coverage): others begin here.
$f->restart;

# Several clients write as fast as they can while devices.fcgi is killed again
# and again.  What was acknowledged is there, once; nothing is there twice; the
# numbers have no gap.
subtest 'kill -9 in the middle' => sub {
	my $key = do {
		$f->cli(qw(account add killer --role system-admin));
		my $text = $f->cli(qw(key add killer));
		chomp $text;
		$text;
	};
	my %acknowledged;
	my ($n, $end, $kills, $failed) = (0, time + 240, 0, 0);
	my $url = $f->url($f->base . '/api');
	my $next;
	$next = sub {
		return Mojo::Promise->resolve if time > $end
		    || ($kills >= 12 && keys %acknowledged > 100);
		my $note = 'note ' . ++$n;
		return $f->ua->post_p($url, {Authorization => "Bearer $key"},
		    encode_json({mt => 'CorrectRental', domainId => $home,
		    amount => 1, note => $note}))->then(sub ($tx) {
			my $r = eval { decode_json($tx->res->body) } // {};
			my $good = ($tx->res->code // 0) == 200
			    && ($r->{mt} // '') eq 'CorrectRentalResult'
			    && !$r->{error};
			$good ? $acknowledged{$note}++ : $failed++;
		})->catch(sub ($e) { $failed++ })->then($next);
	};
	# Each has a second to live: the supervisor waits before it starts what
	# dies sooner again and again.
	my %since;
	my $killer = Mojo::IOLoop->recurring(0.05 => sub {
		my $pid = $f->pid('devices') or return;
		$since{$pid} //= time;
		$kills += kill 'KILL', $pid if time > $since{$pid} + 1.1;
	});
	Mojo::Promise->all(map { $next->() } 1 .. 6)->wait;
	Mojo::IOLoop->remove($killer);
	ok $f->ready, 'it is back';
	cmp_ok $kills, '>=', 12, "killed $kills times";
	cmp_ok scalar keys %acknowledged, '>', 100,
	    scalar(keys %acknowledged) . ' acknowledged';
	my @rows = @{$f->cli_json(qw(rental history rents.example))};
	my %there;
	$there{$_->{note}}++ for grep { $_->{note} =~ /^note \d/ } @rows;
	is join(',', grep { !$there{$_} } sort keys %acknowledged), '',
	    'nothing acknowledged is lost';
	is join(',', grep { $there{$_} > 1 } sort keys %there), '',
	    'nothing is there twice';
	is_deeply [map { $_->{number} } @rows], [1 .. @rows], 'no gap';
	like $f->cli(qw(rental verify)), qr/^ok$/m, 'and the ledger is sound';
	my ($rc) = $f->try_cli(qw(check));
	is $rc, 0, 'so is the database';
};

done_testing;
