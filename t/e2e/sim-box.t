# The simulator as a device out of its carton, on a real instance: how it finds its
# domain, what it keeps, and what goes wrong in it.
use Fleetline;
use IO::Socket::IP;
use Mojo::File qw(path);
use Mojo::Server::Daemon;
use Mojolicious;

my $f = Fleetline->new;
$f->cli(qw(domain add north.example --deploy yes));
$f->cli('category', 'add', 'north.example', 'acme phones', '--config');
my $id = '009033400000';
my ($journal, $faults, $status) =
    map { $f->state . "/sim.$_" } qw(journal faults status);

# ---- simulators ----------------------------------------------------------------

my ($own, %running) = ($$);
END { local $?; Fleetline::end_programs(keys %running) if $$ == $own }

sub sim (@options) {
	my $log = $f->state . '/sim.log';
	unlink $log;
	my $pid = fork // die "fork: $!";
	return $running{$pid} = $pid if $pid;
	open STDERR, '>', $log or die "$log: $!";
	exec $f->build . '/sbin/fleetline-sim', '--url', $f->sysclient_url,
	    '--devices', 1, '--retry', 100, '--restart', 300, '--status', $status,
	    @options or die "exec: $!";
}

sub sim_log { eval { path($f->state, 'sim.log')->slurp } // '' }
sub polls { eval { decode_json(path($status)->slurp)->{polls} } // 0 }

sub ended ($pid) {
	kill 'TERM', $pid;
	waitpid $pid, 0;
	is $?, 0, 'the simulator ends orderly';
	unlink $status;
	return delete $running{$pid};
}

sub device { $f->api({mt => 'GetDevice', hwId => $id})->{device} }
sub is_online { (device() // {})->{online} }
sub code (@options) {
	return $f->cli_json(qw(code new north.example --category), 'acme phones',
	    @options)->[0]{code};
}

# A request through the tunnel: (status, body).
sub tunnel ($path, $id_of = $id, $seconds = 20) {
	my (undef, $said) = $f->command('curl', '-s', '-m', $seconds,
	    '--path-as-is', '-w', '%{http_code}', '--unix-socket',
	    $f->run_folder . '/control.sock', "http://hub/tunnel/$id_of$path");
	return $said =~ s/(\d{3})\z//r, $said =~ /(\d{3})\z/;
}
sub status_of (@request) { (tunnel(@request))[1] }

# ---- out of its carton -----------------------------------------------------------

my $asked = 0;
my $app = Mojolicious->new;
$app->log->level('fatal');
$app->routes->get('/*any' => sub ($c) {
	$asked++;
	$c->render(text => "# nothing new\r\n");
});
my $daemon = Mojo::Server::Daemon->new(app => $app, silent => 1,
    listen => ['http://127.0.0.1']);
my $update = 'http://127.0.0.1:' . $daemon->start->ports->[0] . '/init/';
my @fresh = ('--fresh', '--update-url', $update, '--poll', 50);

{
	my $pid = sim(@fresh, '--window', 600, '--code', code(),
	    '--code-after', 1200);
	ok wait_until(sub { sim_log() =~ /code\.closed/ }),
	    'OP1: a code that is typed when the hour is over goes nowhere';
	my $then = $asked;
	cmp_ok $then, '>', 2, 'OP1: it has asked for its update file';
	pause(0.5);
	is $asked, $then, 'OP1: and does not any more';
	ok !device(), 'OP1: nobody has seen it';
	ended($pid);
}

{
	my $pid = sim(@fresh, '--code', code(qw(--name lobby)), '--code-after', 300);
	ok wait_until(\&is_online), 'OP1: inside the hour a code counts';
	is device()->{name}, 'lobby', 'OP1: and it is the code that brought it';
	# It has no store: a long reset is all the more one.
	kill 'USR2', $pid;
	ok wait_until(sub { !is_online() }), 'OP1: a long reset takes it away';
	my $then = $asked;
	ok wait_until(sub { $asked > $then + 2 }), 'OP1: it is fresh again and asks';
	ok wait_until(\&is_online),
	    'OP1: and has its form again; it never proved what it got, so its code counts';
	ended($pid);
}
$f->cli('device', 'remove', $id, '--yes');

# An update server that hangs up, and then is gone.
{
	my $socket = IO::Socket::IP->new(Listen => 5, LocalHost => '127.0.0.1')
	    or die "listen: $!";
	my $at = 'http://127.0.0.1:' . $socket->sockport . '/x/';
	my $server = fork // die "fork: $!";
	if ($server == 0) {
		close $socket->accept while 1;
	}
	close $socket;
	my $pid = sim('--fresh', '--update-url', $at, '--poll', 50);
	ok wait_until(sub { polls() > 2 }), 'OP5: who hangs up is asked again';
	kill 'KILL', $server;
	waitpid $server, 0;
	my $before = polls();
	ok wait_until(sub { polls() > $before + 2 }), 'OP5: so is who is not there';
	ended($pid);
}

# ---- by a file -------------------------------------------------------------------

my ($token) = $f->cli(qw(token new north.example)) =~ /^([0-9a-f]{32})/m;
my $file = $f->url($f->base . "/update/north.example/$token/acme%20phones/");
my $pid = sim('--fresh', '--update-url', $file, '--poll', 100, '--journal',
    $journal, '--faults', $faults);
ok wait_until(\&is_online), 'OP5: a device that reads the file registers';
is device()->{name}, 'IP222-0', 'OP3: and is in by the token';
my ($cfg) = tunnel('/cfg.txt');
like $cfg, qr/^config change SYSCLIENT \/sysadmin wss%3A%2F%2F.*token%3D$token/m,
    'OP5: the URL stands in its flash';
my $before = polls();
ok wait_until(sub { polls() > $before + 3 }), 'it goes on asking';
unlike sim_log(), qr/\blost\b/, 'OP5: but stops at the first line each time';

# ---- settings ----------------------------------------------------------------------

sub targets { map { (split / /)[2] } grep { length } split /\n/, path($journal)->slurp }

{
	path($journal)->spurt('');
	my @sent = ('/NTP0/mod_cmd.xml?cmd=form&addr=ntp.example', '/!config%20write',
	    '/!config%20change%20CMD0%20/name%20My%2520Phone', '/!config%20activate');
	is_deeply [map { status_of($_) } @sent], [(200) x 4],
	    'B9: forms and commands are answered';
	is_deeply [targets()], \@sent, 'B9: and recorded in their order';
	is status_of('/!config%20melt'), 400, 'B9: what is no command is not';
	like +(tunnel('/cfg.txt'))[0], qr/^config change NTP0 \/addr ntp\.example$/m,
	    'B9: what was written is in the flash';
	unlike +(tunnel('/cfg.txt'))[0], qr/My%20Phone/, 'B9: the rest is not';
}

sub connections { scalar(() = sim_log() =~ /\bconnected\b/g) }
sub restarted ($how) {
	my $n = connections();
	$how->();
	return wait_until(sub { connections() > $n && is_online() });
}

{
	status_of('/!iresetn');
	my $n = connections();
	is status_of('/!vars%20create%20A/B%20p%2000'), 200, 'C7: vars create';
	is connections(), $n, 'C7: iresetn does nothing while no reset is needed';
	like +(tunnel('/CMD0/box_info.xml'))[0], qr/reset-required="true"/,
	    'C7: the device says that it needs one';
	ok restarted(sub { status_of('/!iresetn') }), 'C7: iresetn restarts it then';
	like +(tunnel('/CMD0/box_info.xml'))[0], qr/reset-required="false"/,
	    'C7: and clears the need';
	is status_of('/!config%20write'), 200, 'it writes again';
	unlike +(tunnel('/cfg.txt'))[0], qr/My%20Phone/,
	    'C7: what was activated and not written is lost';
	ok restarted(sub { kill 'USR1', $pid }), 'a loss of power restarts it, too';
	like +(tunnel('/cfg.txt'))[0], qr/ntp\.example/, 'and the flash is there';
}

# ---- files that it loads and puts ------------------------------------------------

{
	my $store = path($f->state, 'store', '140001')->make_path;
	$store->child('ip222.bin')->spurt("14r1 [14.0001/140001/300]\n", 'x' x 2e6);
	$store->child('cfg.txt')->spurt("# 14r1\nconfig change NTP0 /addr "
	    . "back.example\nconfig write\nconfig activate\n");
	my $sync = sub ($part, $file, $end = '') { status_of(
	    "/!mod%20cmd%20UP0%20/sync%20$part%20" . $f->url($file) . $end) };
	my $is = sub ($version) { wait_until(sub { is_online()
	    && device()->{version} eq $version }) };
	ok restarted(sub { $sync->('prot', '/store/140001/ip222.bin',
	    '%20ireset%20140001') }), 'it loads firmware and restarts';
	ok $is->('14r1 [14.0001/140001/300]'),
	    '... and says what stands in it, with a digest that holds';
	is $sync->('prot', '/store/140002/ip222.bin', '%20ireset%20140002'), 200,
	    'told a file that is not there it says yes';
	ok wait_until(sub { sim_log() =~ /\bsync device=0 status=404/ }),
	    '... and does nothing';
	is $sync->('scfg', '/store/140001/x'), 200, 'it puts its configuration';
	ok $f->access_logged(qr{"PUT /store/140001/x }), '... really';
	ok restarted(sub { $sync->('cfg', '/store/140001/cfg.txt', '%20iresetn') }),
	    'it loads one and restarts';
	my ($text) = tunnel('/cfg.txt');
	like $text, qr/^config change NTP0 \/addr back\.example$/m,
	    '... which it has then';
	unlike $text, qr/ntp\.example/, '... in place of the other';
	like $text, qr/^# 14r1 \[14/, '... and its firmware stays';
}

# ---- another registration URL --------------------------------------------------------

ok restarted(sub {
	status_of('/!config%20change%20SYSCLIENT%20/sysadmin%20'
	    . 'wss%253A%252F%252Fnew.example%252Fexample.com%252Fdevices%252Fsysclients');
	status_of('/!config%20activate');
}), 'E2: told another URL it registers there at once';

# ---- faults ------------------------------------------------------------------------

path($faults)->spurt("* 500 /NTP0\n$id 404 /PHONE0\n$id hang /LOG0\n"
    . "009033400001 500 /\n* cut /MEDIA\n");
is status_of('/NTP0/mod_cmd.xml?cmd=form'), 500, 'B9: a path fails';
is status_of('/PHONE0/mod_cmd.xml?cmd=form'), 404, 'B9: a path is not there';
is status_of('/LOG0/mod_cmd.xml?cmd=form', $id, 1), '000', 'B9: a path hangs';
is +(tunnel('/MEDIA/mod_cmd.xml?cmd=form'))[0], "ok\n",
    'B9: an answer ends too early';
path($faults)->spurt('');
is status_of('/NTP0/mod_cmd.xml?cmd=form'), 200, 'B9: and all is well again';

ended($pid);
done_testing;
