# Configurations reach devices: fleetline-deliver with the real hub, rules and
# nginx (additions B, C; demands DC2 to DC5, EX2 to EX7).
use Configured;
use Fleetline;

my $f = Fleetline->new;
$f->cli(qw(domain add north.example --deploy yes));
$f->cli('category', 'add', 'north.example', $_, '--config') for qw(desks halls);
my %domain = map { $_->{name} => $_->{id} } @{$f->api({mt => 'GetDomains'})->{domains}};
my $north = $domain{'north.example'};
my ($true, $false) = (Mojo::JSON::true, Mojo::JSON::false);
my $password = 'Zq3fT7_wLr!9aXc2Vb5nM8kJ1hG6dS0e';
my %phone = (type => 'PHONE', coder => 'OPUS-WB', srtpKey => '0', srtpCipher => '5',
    dialTone => 15);

sub add (%c) {
	my $r = $f->api({mt => 'AddDeviceConfig', config => {domainId => $north, %c}});
	return $r->{id} // die "add: $r->{error}";
}
sub edit ($id, %c) {
	my $r = $f->api({mt => 'EditDeviceConfig', config => {id => $id, %c}});
	die "edit: $r->{error}" if $r->{error};
}
sub drop ($id) { $f->api({mt => 'DeleteDeviceConfig', id => $id}) }

sub import_devices (@rows) {
	$f->cli(qw(import devices), $f->secret_file(join "\n",
	    'hwId,domain,type,categories,sysclient_password', map { join ',', @$_ } @rows));
}

# A phone that is in the domain and has its password.
my $n = 0;
sub phone (%o) {
	my $id = sprintf '00903308%04x', ++$n;
	import_devices([$id, delete $o{domain} // 'north.example',
	    delete $o{type} // 'PHONE', delete $o{categories} // '', $password]);
	return Configured->new(url => $f->sysclient_url, id => $id,
	    password => $password, %o)->connect;
}

# What the store says became of a configuration at a device.
sub state_of ($d, $config) {
	my (undef, $out) = $f->command($f->sqlite('-json'), 'SELECT s.revision, s.result,'
	    . ' s.why, s.line FROM config_state s JOIN device d ON d.id = s.device_id'
	    . " WHERE d.hw_id = '" . $d->id . "' AND s.config_id = $config");
	return $out =~ /\S/ ? decode_json($out)->[0] : {};
}
use constant {RUNNING => 1, DELIVERED => 2, FAILED => 3, STOPPED => 4};

sub becomes ($d, $config, $result, $revision = undef) {
	return wait_until(sub {
		my $s = state_of($d, $config);
		($s->{result} // 0) == $result
		    && (!defined $revision || $s->{revision} == $revision) && $s;
	}, 15);
}

my $ntp = add(type => 'NTP', ntp1 => '192.0.2.1', ntp2 => '', tz => 'CET-1');

subtest 'made, changed, at each reconnect' => sub {
	my $d = phone();
	ok becomes($d, $ntp, DELIVERED, 1), 'a device that connects gets what there is';
	is_deeply $d->asked, ['CMD0 cmd=ntp addr=192.0.2.1 addr2= tz=CET-1',
	    '!config write', '!config activate'],
	    'B4: one request, one write, one activate';
	is $d->running->{CMD0}{tz}, 'CET-1', 'it works with it';
	$d->forget;
	edit($ntp, tz => 'UTC');
	ok becomes($d, $ntp, DELIVERED, 2), 'DC2: a change comes at once';
	is_deeply $d->asked, ['CMD0 cmd=ntp addr=192.0.2.1 addr2= tz=UTC',
	    '!config write', '!config activate'], 'and only that';
	my $tls = add(type => 'TLS_PROFILE', profile => 'strict');
	ok becomes($d, $tls, DELIVERED), 'DC2: a new one, too';
	is_deeply [grep { /^CMD0/ } @{$d->asked}], ['CMD0 cmd=ntp addr=192.0.2.1 addr2='
	    . ' tz=UTC', 'CMD0 cmd=tls profile=strict'], 'the other one not again';
	$d->forget;
	$d->reconnect;
	ok wait_until(sub { @{$d->asked} == 4 }), 'DC2: at a reconnect all comes again';
	is_deeply $d->asked, ['CMD0 cmd=ntp addr=192.0.2.1 addr2= tz=UTC',
	    'CMD0 cmd=tls profile=strict', '!config write', '!config activate'],
	    'in the order of the types, written once';
	drop($tls);
	$d->disconnect;
};

done_testing;
