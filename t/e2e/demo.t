# ./start --demo: 24 devices of all five types that really connect and answer, and
# three that nobody has assigned.
use Fleetline;
use Mojo::File qw(path);

my $f = Fleetline->new(demo => 1);
my ($curl) = $f->{started} =~ /^(curl .*)$/m;
my @devices = @{decode_json(`$curl`)->{devices}};
is scalar @devices, 27, 'the printed line lists 27 devices';
is scalar(grep { $_->{online} } @devices), 27, 'all of them online';
my @free = grep { !$_->{domainId} } @devices;
is scalar @free, 3, 'three of them wait to be assigned';
@devices = grep { $_->{domainId} } @devices;
my %types = map { $_->{type} => 1 } @devices;
is "@{[sort keys %types]}", 'APP_PLATFORM DECT GW PHONE VA',
    'of all five types';
my %domains = map { $_->{domainId} => 1 } @devices;
is scalar(keys %domains), 2, 'in two domains';

is scalar(grep { $_->{hwId} eq '009033400018' } @free), 1, 'this one, too';
$f->cli(qw(device assign 009033400018 north.example));
is $f->api({mt => 'GetDevice', hwId => '009033400018'})->{device}{online}, 1,
    'and can be';
$f->cli(qw(device unassign 009033400018));

my $device = $f->api({mt => 'GetDevice', hwId => '009033400000'})->{device};
like $device->{uri}, qr{^http://127\.0\.0\.1:\d+/.*/passthrough/009033400000/},
    'a device has a uri';
for (['', qr/href="log\.txt"/], ['log.txt', qr/^log of IP222/],
    ['cfg.txt', qr/config activate/], ['CMD0/box_info.xml', qr/<info>/]) {
	my ($path, $like) = @$_;
	my $res = $f->get($device->{uri} . $path);
	is $res->code, 200, "/$path of a device is reached under it";
	like $res->body, $like, 'and is what the device says';
}
is $f->get($device->{uri} . 'none')->code, 404, 'the device\'s 404 is passed on';

# Two configurations for each domain, which the simulated devices took.
for my $id (qw(009033400000 009033400001)) {
	my $of = sub { @{$f->api({mt => 'GetDeviceConfigState', hwId => $id})->{configs}} };
	ok wait_until(sub { 2 == grep { $_->{result} eq 'delivered' } $of->() }, 20),
	    "$id has the two configurations of its domain" or diag explain [$of->()];
}

# The text of demo.txt: passwords that work.
my ($password) = path($f->state, 'demo.txt')->slurp =~
    /domain north\.example has id \d+\npassword (\S+)/;
my $mine = $f->api({mt => 'GetDevices'}, user => 'north.example',
    password => $password);
is scalar @{$mine->{devices}}, 12, 'a demo domain sees its own devices';
is((stat path($f->state, 'demo.txt'))[2] & 0777, 0600,
    'demo.txt is private');

# The second start finds everything.
$f->restart;
($curl) = $f->{started} =~ /^(curl .*)$/m;
@devices = @{decode_json(`$curl`)->{devices}};
is scalar @{$f->cli_json(qw(config list north.example))}, 2,
    'a second start adds no configuration that is there';
is scalar(grep { $_->{online} && $_->{domainId} } @devices), 24,
    'after a restart all 24 come back with their passwords';

done_testing;
