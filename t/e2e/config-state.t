# What became of a configuration at a device, as messages and the command line
# show it, with the program that delivers.
use Delivery;
use Fleetline;

my $f = Delivery->new;
my $ntp = $f->add(type => 'NTP', ntp1 => '192.0.2.1', ntp2 => '', tz => 'CET-1');
my $d = $f->phone();
my %of = (mt => 'GetDeviceConfigState', hwId => $d->id);

# The configuration as the message shows it.
sub shown ($id) {
	my ($c) = grep { $_->{id} == $id } @{$f->api(\%of)->{configs}};
	return $c;
}
sub comes ($id, $result, $revision) {
	my $next = 0;
	return wait_until(sub {
		return if time < $next;
		my $c = shown($id);
		$next = time + 0.1;
		$c->{result} eq $result && $c->{revision} == $revision;
	}, 15);
}

ok comes($ntp, 'delivered', 1), 'what the device has is delivered';
my $c = shown($ntp);
is_deeply [@$c{qw(type sent revision)}], ['NTP', 1, 1], 'by its revision';
ok abs($c->{time} / 1000 - time) < 60, 'and the time';
ok !exists $c->{error}, 'nothing went wrong';

$d->wrong->{tls} = {status => '500 No'};
my $tls = $f->add(type => 'TLS_PROFILE', profile => 'fast');
ok comes($tls, 'failed', 1), 'one that the device refuses has failed';
like shown($tls)->{error}, qr/500/, 'and says why, in words';
my ($row) = grep { $_->{id} == $tls } @{$f->cli_json(qw(config state), $d->id)};
is_deeply [@$row{qw(result sent)}, $row->{error} =~ /500/], ['failed', 1, 1],
    'config state says the same';

$d->disconnect;
wait_until(sub { !$f->api({mt => 'GetDevice', hwId => $d->id})->{device}{online} });
$f->edit($ntp, tz => 'UTC');
$c = shown($ntp);
is_deeply [@$c{qw(result revision sent)}], ['waiting', 2, 1],
    'a change waits for a device that is away';
$d->wrong({});
$d->reconnect;
ok comes($ntp, 'delivered', 2), 'DC2: and comes when it is back';
ok comes($tls, 'delivered', 1), 'as does what had failed';

my $script = $f->add(type => 'EXPERT', script => "config write\n");
ok comes($script, 'delivered', 1), 'a script is delivered';
like shown($script)->{rule}, qr/^(?:first|version|uptime|away)$/,
    'C4: the rule that tells restarts is stated';
$d->disconnect;
done_testing;
