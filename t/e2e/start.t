# ./start: what it prints works, data stay, instances do not meet, what dies
# comes back, nothing is left.
use Fleetline;
use Mojo::File qw(path);

my $f = Fleetline->new(tls => 1);
my ($curl) = $f->{started} =~ /^(curl .*)$/m;
ok $curl, 'one line begins with curl';
my $answer = decode_json(`$curl`);
is $answer->{mt}, 'GetDevicesResult', 'that line works as printed';
ok $answer->{last}, 'and gives the whole list';
unlike $curl, qr/\Q@{[$f->password]}\E/, 'it does not hold the password';

is((stat path($f->state, 'instance.password'))[2] & 0777, 0600,
    'the password file is private');
like $f->{started}, qr{^instance password: \Q@{[$f->state]}\E}m,
    'its place is told';
my @shown = grep { (eval { path($_)->slurp } // '') =~ /\Q@{[$f->password]}\E/ }
    glob '/proc/[0-9]*/cmdline';
is "@shown", '', 'no process shows the password';

my $health = $f->get('/health');
is $health->code, 200, 'health is ready';
is $health->json->{parts}{$_}, 'ok', "health names the part $_"
    for qw(database hub rules);
my $tls = $f->request(GET => 'https://127.0.0.1:' . $f->tls_port . '/health');
is $tls->code, 200, 'https answers on the second port';
is $f->get('/nothing')->code, 404, 'an unknown path is not found';

# What dies comes back.
for my $name (qw(hub devices rules nginx)) {
	ok $f->kill_program($name), "$name is started again after kill -9";
	ok $f->ready, 'and the instance is ready again';
}
my ($worker) = grep {
	(eval { path("/proc/$_/stat")->slurp } // '') =~
	    /\((?:nginx)\) \S @{[$f->pid('nginx')]} /
} Fleetline::all_pids();
kill 'KILL', $worker;
ok $f->ready, 'a killed nginx worker is replaced';

# health while a part is down: the supervisor would restart it at once, so it
# is stopped.
kill 'STOP', $f->pid('devices');
my $down = $f->get('/health');
is $down->code, 503, 'health is 503 while devices.fcgi does not answer';
is $down->json->{parts}{devices}, 'no answer', 'and names it';
kill 'CONT', $f->pid('devices');
kill 'STOP', $f->pid('rules');
$down = $f->get('/health');
is $down->code, 503, 'health is 503 while hub.fcgi does not answer';
isnt $down->json->{parts}{rules}, 'ok', 'and names it';
kill 'CONT', $f->pid('rules');

# A second instance beside it.
my $g = Fleetline->new;
$g->cli(qw(domain add other.example));
unlike $f->cli(qw(domain list)), qr/other\.example/,
    'two instances have two stores';
like $f->{started} . $g->{started}, qr/ready.*ready/s, 'both are ready';

# Data stay; a second start of a running one is refused.
$f->cli(qw(domain add kept.example));
my ($rc, $out, $err) = $f->command('./start', '--build', $f->build, '--state',
    $f->state, '--port', Fleetline::free_port(), '--detach');
isnt $rc, 0, 'an instance that runs is not started twice';
like $err, qr/already runs/, 'and says so';
my $password = $f->password;
$f->restart;
like $f->cli(qw(domain list)), qr/kept\.example/, 'data outlive a restart';
is path($f->state, 'instance.password')->slurp, "$password\n",
    'and so does the password';

# The supervisor itself is killed: the next start clears up.
kill 'KILL', $f->pid('supervise');
$f->start;
ok $f->ready, 'what a killed supervisor left does not hinder the next start';

# Keys in URLs stay out of the logs.
my $key = '0e6ff4c7-7a88-40c4-98eb-8c91903933e6';
$f->get($f->base . "/passthrough/0090330a0b0c/$key$_")
    for '/', '/passthrough/a/b', '/%0a', '/%00', '?x=1';
$f->get("/p/$key/file");
my @logs = grep { path($_)->slurp =~ /\Q$key\E/ }
    glob '"' . $f->state . '/log/*.log"';
is "@logs", '', 'no log holds a key';

is((grep { !-s $_ } path($f->state, 'log', 'access.log'))[0], undef,
    'requests are logged');

done_testing;
