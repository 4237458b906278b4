# Configurations reach devices: fleetline-deliver with the real hub, rules and
# nginx (additions B, C; demands DC2 to DC5, EX2 to EX7).
use Delivery;
use Fleetline;

my $f = Delivery->new;
$f->cli('category', 'add', 'north.example', $_, '--config') for qw(desks halls);
my ($true, $false) = (Mojo::JSON::true, Mojo::JSON::false);
my %phone = (type => 'PHONE', coder => 'OPUS-WB', srtpKey => '0', srtpCipher => '5',
    dialTone => 15);

my $ntp = $f->add(type => 'NTP', ntp1 => '192.0.2.1', ntp2 => '', tz => 'CET-1');

subtest 'made, changed, at each reconnect' => sub {
	my $d = $f->phone();
	ok $f->becomes($d, $ntp, DELIVERED, 1), 'a device that connects gets what there is';
	is_deeply $d->asked, ['CMD0 cmd=ntp addr=192.0.2.1 addr2= tz=CET-1',
	    '!config write', '!config activate'],
	    'B4: one request, one write, one activate';
	is $d->running->{CMD0}{tz}, 'CET-1', 'it works with it';
	$d->forget;
	$f->edit($ntp, tz => 'UTC');
	ok $f->becomes($d, $ntp, DELIVERED, 2), 'DC2: a change comes at once';
	is_deeply $d->asked, ['CMD0 cmd=ntp addr=192.0.2.1 addr2= tz=UTC',
	    '!config write', '!config activate'], 'and only that';
	my $tls = $f->add(type => 'TLS_PROFILE', profile => 'strict');
	ok $f->becomes($d, $tls, DELIVERED), 'DC2: a new one, too';
	is_deeply [grep { /^CMD0/ } @{$d->asked}], ['CMD0 cmd=ntp addr=192.0.2.1 addr2='
	    . ' tz=UTC', 'CMD0 cmd=tls profile=strict'], 'the other one not again';
	$d->forget;
	$d->reconnect;
	ok wait_until(sub { @{$d->asked} == 4 }), 'DC2: at a reconnect all comes again';
	is_deeply $d->asked, ['CMD0 cmd=ntp addr=192.0.2.1 addr2= tz=UTC',
	    'CMD0 cmd=tls profile=strict', '!config write', '!config activate'],
	    'in the order of the types, written once';
	$f->drop($tls);
	$d->disconnect;
};

subtest 'who gets what' => sub {
	my $tls = $f->add(type => 'TLS_PROFILE', profile => 'fast', categories => ['desks']);
	my $d = $f->phone(categories => 'desks');
	my $other = $f->phone();
	ok $f->becomes($d, $tls, DELIVERED), 'DC2: one of the category gets it';
	ok $f->becomes($other, $ntp, DELIVERED), 'one without it gets what is for all';
	is_deeply $f->state_of($other, $tls), {}, 'and only that';
	$other->forget;
	$f->cli('device', 'categories', $other->id,
	    '--category', 'desks');
	ok $f->becomes($other, $tls, DELIVERED), 'DC2: one that begins to match gets it';
	is_deeply [grep { /^CMD0/ } @{$other->asked}], ['CMD0 cmd=tls profile=fast'],
	    'and what it has not again';
	# DC3: taken out of the domain it is a claim.
	$other->forget;
	$f->cli('device', 'unassign', $other->id);
	$f->edit($tls, profile => 'normal');
	ok $f->becomes($d, $tls, DELIVERED, 2), 'the one that stayed gets the next';
	is_deeply $other->asked, [], 'DC3: an unassigned device gets none';
	$f->drop($tls);
	$_->disconnect for $d, $other;
};

subtest 'transfer checkmarks' => sub {
	my $d = $f->phone();
	my $alarm = $f->add(type => 'ALARM_SERVER', url => 'https://192.0.2.7/',
	    setLogUrl => $false, logUrl => 'https://log.example/', logUser => 'u');
	ok $f->becomes($d, $alarm, DELIVERED), 'delivered';
	is_deeply [grep { /^LOG0/ } @{$d->asked}], ['LOG0 cmd=alarm url=https://192.0.2.7/'],
	    'DC4: off, the values are not sent at all';
	$d->forget;
	$f->edit($alarm, setLogUrl => $true, logUrl => '', logUser => "a b&c=\xfc");
	ok $f->becomes($d, $alarm, DELIVERED, 2), 'changed';
	is_deeply [grep { /^LOG0/ } @{$d->asked}], ['LOG0 cmd=alarm url=https://192.0.2.7/'
	    . ' log-url= log-user=a b&c=' . "\xfc log-password="], 'DC4: on, also when it is empty';
	$f->drop($alarm);
	$d->disconnect;
};

subtest 'devices of other vendors' => sub {
	my $media = $f->add(type => 'MEDIA', turnServer => 't.example', turnUser => 'u',
	    turnPassword => 'turn-secret');
	$f->add(type => 'EXPERT', script => "config write\n");
	my $d = $f->phone(more => {other => $true});
	ok $f->becomes($d, $media, DELIVERED), 'W4: delivered is handed to the connection';
	ok wait_until(sub { @{$d->configs} == 2 }), 'B6: one message for each';
	my ($first, $second) = @{$d->configs};
	is $first->{config}{type}, 'MEDIA', 'in the order of the types';
	is Device::rc4("$first->{config}{turnSeed}:" . PASSWORD,
	    pack 'H*', $first->{config}{turnPassword}), 'turn-secret',
	    'its secret encrypted with a seed of its own';
	ok !exists $first->{last}, 'the first is not the last';
	is_deeply $second, {config => {type => 'NTP', ntp1 => '192.0.2.1', ntp2 => '',
	    tz => 'UTC'}, last => $true}, 'the last one says so, and there is no script';
	is_deeply $d->asked, [], 'nothing goes through the tunnel';
	$f->edit($ntp, tz => 'CET-1');
	ok wait_until(sub { @{$d->configs} == 3 }), 'DC2: a change is a message';
	ok !exists $d->configs->[2]{last}, 'without last';
	$f->drop($_->{id}) for grep { $_->{type} =~ /MEDIA|EXPERT/ }
	    @{$f->api({mt => 'GetDeviceConfigs', domainId => $f->north})->{configs}};
	$d->disconnect;
};

subtest 'expert configurations' => sub {
	my $d = $f->phone();
	$f->becomes($d, $ntp, DELIVERED);
	$d->forget;
	my $expert = $f->add(type => 'EXPERT', script => "# all\r\nconfig add X /a %2F b\r\n"
	    . "\r\nconfig change Y /b\r\nconfig write\r\n");
	my $phone = $f->add(%phone);
	ok $f->becomes($d, $expert, DELIVERED), 'EX2: a script runs when it is made';
	ok $f->becomes($d, $phone, DELIVERED), 'with the rest';
	is_deeply [grep { !/activate|PHONE/ } @{$d->asked}], ['!config add X /a %2F b',
	    '!config change Y /b', '!config write', '!config write'],
	    'line by line, as it is written; EX4: nothing is added to it'
	    or diag explain $d->asked;
	is $f->state_of($d, $expert)->{line}, 5, 'the state names its last line';
	for (1 .. 3) {
		$d->forget->reconnect;
		ok wait_until(sub { grep { /activate/ } @{$d->asked} }), 'a reconnect';
	}
	is_deeply [grep { /add X/ } @{$d->asked}], [],
	    'EX2: it does not run at a mere reconnect';
	$d->replug;
	ok wait_until(sub { grep { /change Y/ } @{$d->asked} }), 'EX2: it does after a restart';
	my @order = map { /^!config (?:add|change)/ ? 'script' : /^!/ ? () : 'form' }
	    @{$d->asked};
	is "@order", 'form form script script', 'EX3: behind all other types';
	$d->forget;
	$f->edit($expert, script => "config add Z /a\nconfig write\n");
	ok $f->becomes($d, $expert, DELIVERED, 2), 'EX2: and when it changes';
	is_deeply [$d->script_lines], ['!config add Z /a'], 'the new one, once';
	$f->drop($_) for $expert, $phone;
	$d->disconnect;
};

subtest 'a script in whichever order configurations were made' => sub {
	my %type = (e => {type => 'EXPERT', script => "config add X /a\nconfig write\n"},
	    m => {type => 'MEDIA', stunServer => 'stun.example'}, p => {%phone});
	for my $order (qw(emp epm mep mpe pem pme)) {
		my @ids = map { $f->add(%{$type{$_}}) } split //, $order;
		my $d = $f->phone();	# it gets all at once
		$f->becomes($d, $_, DELIVERED) for @ids;
		my @asked = map { /^!config add X/ ? 'script' : /^!/ ? () : 'form' }
		    @{$d->asked};
		my ($at) = grep { $asked[$_] eq 'script' } 0 .. $#asked;
		ok $at && $at == $#asked, "C7 (5): $order: it runs behind all others"
		    or diag "@asked";
		$d->disconnect;
		$f->drop($_) for @ids;
	}
};

subtest 'a script with a check' => sub {
	my $script = "mod cmd UP1 check iresetn 7\nvars create A p 00\nconfig write\n";
	my $d = $f->phone();
	my $expert = $f->add(type => 'EXPERT', script => $script);
	ok wait_until(sub { $d->restarts == 1 && $d->ws && $d->running->{CMD0} }),
	    'EX5: its final command is sent behind it';
	ok $f->becomes($d, $expert, DELIVERED), 'and that is a success';
	is_deeply [$d->script_lines], ['!vars create A p 00', '!iresetn'],
	    'EX5: the check itself is judged here';
	for my $nth (1 .. 10) {
		$d->replug;
		wait_until(sub { grep { /activate/ } @{$d->asked} }) or last;
	}
	ok $f->becomes($d, $expert, DELIVERED), 'ten restarts later';
	is $d->restarts, 11, 'no more than those';
	is_deeply [$d->script_lines], [], 'C7 (2): with a constant serial it does not run again';
	$d->forget;
	$f->edit($expert, script => $script =~ s/ 7\n/ 8\n/r);
	ok wait_until(sub { $d->restarts == 12 }), 'C7 (3): a new serial runs once more';
	ok wait_until(sub { grep { /activate/ } @{$d->asked} }), 'the device is back';
	ok $f->becomes($d, $expert, DELIVERED, 2), 'delivered';
	is_deeply [$d->script_lines], ['!vars create A p 00', '!iresetn'], 'once';
	pause(1.1);	# it tells whole seconds
	for my $nth (1 .. 10) {
		$d->forget->reconnect;
		wait_until(sub { grep { /activate/ } @{$d->asked} }) or last;
	}
	is_deeply [$d->script_lines], [], 'C7 (4): ten reconnects run it no time';
	$f->drop($expert);
	$d->disconnect;
};

subtest 'a script that restarts the device for ever' => sub {
	my $d = $f->phone();
	$f->becomes($d, $ntp, DELIVERED);
	my $expert = $f->add(type => 'EXPERT', script =>
	    "vars create A p 00\nconfig write\niresetn\n");
	my $s = $f->becomes($d, $expert, STOPPED);
	ok $s, 'C7 (1): it is stopped';
	like $s->{why}, qr/restarted 3 times/, 'in words';
	is $d->restarts, 3, 'after three restarts';
	$d->replug;
	ok wait_until(sub { grep { /activate/ } @{$d->asked} }), 'it restarts by itself';
	pause(1);
	is_deeply [$d->script_lines], [], 'and nothing is run';
	$f->edit($expert, script => "config add X /a\nconfig write\n");
	ok $f->becomes($d, $expert, DELIVERED, 2), 'C6: until the script changes';
	$f->drop($expert);
	$d->disconnect;
};

subtest 'a long script' => sub {
	my $d = $f->phone();
	my $line = 'config add LONG /value ' . 'x' x 8000;
	# More than a message may have.
	my $file = $f->secret_file(encode_json({type => 'EXPERT',
	    script => join '', map { "$line$_\n" } 10 .. 20}));
	$f->cli('config', 'add', 'north.example', $file);
	my ($expert) = map { $_->{id} } grep { $_->{type} eq 'EXPERT' }
	    @{$f->api({mt => 'GetDeviceConfigs', domainId => $f->north})->{configs}};
	ok $f->becomes($d, $expert, DELIVERED), 'EX7: over 64 KiB it is executed';
	is_deeply [$d->script_lines], [map { "!$line$_" } 10 .. 20], 'EX7: whole';
	$f->drop($expert);
	$d->disconnect;
};

done_testing;
