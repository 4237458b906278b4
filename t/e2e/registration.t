# RG2: devices are told another host of the instance, the first ten first; M10:
# who is left in peace gets nothing meanwhile.
use Delivery;
use Fleetline;
use POSIX qw(strftime);

my $f = Delivery->new;
my ($old, $new) = map { "$_:" . $f->port } qw(127.0.0.1 localhost);
my @log;
my @phones = map { $f->phone } 1 .. 12;
for my $d (@phones) {
	$d->on(told => sub { push @log, 'told' });
	$d->on(back => sub { push @log, 'back' });
}
sub standing { $f->api({mt => 'GetRegistrationMove'}) }
sub hosts { map { $_->{host} => $_->{known} } @{$f->api({mt => 'GetRegistrations'})->{hosts}} }

ok wait_until(sub { ({hosts()}->{$old} // 0) == 12 }), 'twelve phones know the old host';
like $f->cli(qw(registration move), $old, $new, '--dry-run'),
    qr/^known +12\nonline +12\n(?:first +\w+\n){10}$/, 'RG2: a preview';
my $preview = $f->api({mt => 'MoveRegistrations', from => $old, to => $new,
    dryRun => Mojo::JSON::true});
is_deeply [@$preview{qw(known online)}, scalar @{$preview->{first}}], [12, 12, 10],
    'RG2: the same by message';
is $f->api({mt => 'MoveRegistrations', from => $old, to => $new})->{error},
    'registration.push is off', 'RG2: it is off by default';
$f->cli(qw(setting set registration.push manual));
my $app = $f->app(app => 'innovaphone-devices', info =>
    encode_json({appurl => "https://$old/example.com/devices/innovaphone-devices"}));
ok wait_until(sub { standing()->{heard} eq $old }), 'RG2: the PBX says a host';
$app->disconnect;

# Meanwhile one that is paused stays where it is.
my $calm = $phones[11];
$f->cli(qw(pause device), $calm->id, strftime('%Y-%m-%d', gmtime(time + 2 * 86400)));
is_deeply [map { $_->{hwId} } @{$f->api({mt => 'GetPauses', domainId => $f->north})
    ->{devices}}], [$calm->id], 'M10: which is listed';
is_deeply [map { $_->{hwId} } @{$f->cli_json(qw(pause list north.example))}],
    [$calm->id], 'M10: by the command line, too';
isnt +($f->try_cli(qw(pause device), $calm->id, 'soon'))[0], 0,
    'M10: until a time that can be read';
$f->cli(qw(registration move), $old, $new);
ok wait_until(sub { (grep { $_ eq 'back' } @log) == 11 }, 30), 'RG2: devices are told'
    or diag explain standing();
my @tenth = grep { (grep { $_ eq 'back' } @log[0 .. $_]) == 10 } 0 .. $#log;
is scalar(grep { $_ eq 'told' } @log[0 .. $tenth[0]]), 10,
    'RG2: the first ten, and when they are back the others';
is_deeply [grep { /sysadmin/ } @{$phones[0]->asked}],
    ['!config change SYSCLIENT /sysadmin '
	. Mojo::Util::url_escape("wss://$new" . $f->base . '/sysclients')],
    'RG2: by one line, the URL encoded and always wss';
is_deeply $calm->asked, [], 'M10: who is paused is told nothing';

my $ntp = $f->add(type => 'NTP', ntp1 => '192.0.2.1', ntp2 => '', tz => 'CET-1');
ok $f->becomes($phones[0], $ntp, DELIVERED), 'others get a configuration';
is_deeply $calm->asked, [], 'M10: nor does it get a configuration';
is $f->api({mt => 'PauseDomain', domainId => $f->north,
    until => int(1000 * time) + 60_000})->{error}, undef, 'M10: nor with its domain';
like $f->cli(qw(pause list north.example)), qr/^all /m, 'M10: which says so';
$f->edit($ntp, tz => 'CET-2');
$f->cli(qw(pause domain north.example none));
ok $f->becomes($phones[0], $ntp, DELIVERED, 2), 'M10: which ends';
is_deeply $calm->asked, [], 'M10: a device is paused by itself';
is $f->api({mt => 'PauseDevice', hwId => $calm->id, until => 0})->{error}, undef,
    'M10: a pause is ended';
ok $f->becomes($calm, $ntp, DELIVERED), 'M10: it does when the pause is over';
ok wait_until(sub { ({hosts()}->{$new} // 0) == 12 }, 15), 'RG2: and is told the host';
like $f->cli(qw(registration status)), qr/^state +on\nback +\d+\n/m, 'RG2: it goes on';

# Somebody comes by the old host later.
my $late = $f->phone;
ok wait_until(sub { ($late->sysadmin // '') =~ /localhost/ && $late->ws }, 15),
    'RG2: who connects by the old host later is told, too';
is $f->api({mt => 'StopRegistrationMove'})->{error}, undef, 'RG2: somebody stops it';
isnt standing()->{ended}, 0, 'RG2: and it is over';
$f->cli(qw(registration stop));

# DC5: a second registration.
$f->cli(qw(domain add second.example --secondary yes));
$f->import_devices(['009033087001', 'second.example', 'PHONE', '', PASSWORD]);
my ($second) = map { $_->{id} } grep { $_->{name} eq 'second.example' }
    @{$f->api({mt => 'GetDomains'})->{domains}};
$f->add(domainId => $second, type => 'TLS_PROFILE', profile => 'strict');
my $guest = Configured->new(url => $f->sysclient_url, id => '009033087001',
    password => PASSWORD)->connect;
$f->edit($ntp, tz => 'UTC');
ok $f->becomes($phones[0], $ntp, DELIVERED, 3), 'others get what changed';
is_deeply $guest->asked, [], 'DC5: a second registration gets none';
$_->disconnect for @phones, $late, $guest;
done_testing;
