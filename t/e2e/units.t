# doc/operations.md typed by a newcomer on a booted machine; then the units come
# back from whatever happens to them, and the journal says what happened.
use strict;
use warnings;
use Booted;
use Test::More;
use Time::HiRes qw(sleep time);

my $why = Booted::impossible();
plan skip_all => $why if $why;
my $m = eval { Booted->new };
plan skip_all => ($@ =~ s/\s+/ /gr) if !$m;
$m->install;

my @programs = qw(devices rules csvapi dialplan provision billing hub);

sub says {
	my ($line) = @_;
	my ($status, $text) = $m->type($line);
	chomp $text;
	return $status == 0 ? $text : "status $status: $text";
}

# Until the line succeeds; what it says, or undef after the time.
sub wait_for {
	my ($line, $seconds) = @_;
	my $late = time + ($seconds // 20);
	while (time < $late) {
		my ($status, $text) = $m->type($line);
		return $text if $status == 0;
		sleep 0.1;
	}
	return;
}

sub is_healthy {
	my ($when) = @_;
	ok defined wait_for('curl -fsS http://127.0.0.1/health'),
	    "/health is ok $when"
	    or diag says('curl -sS http://127.0.0.1/health; systemctl --failed;'
	    . ' journalctl -n 60 --no-pager');
}

sub restarts { says("systemctl show -P NRestarts fleetline-$_[0]") }

# What the document has to type from its second block on; the first one builds.
sub document_lines {
	open my $in, '<', 'doc/operations.md' or die $!;
	my $text = do { local $/; <$in> };
	my ($chapter) = $text =~ /^## Installing[^\n]*\n(.*?)^## /ms;
	my ($built, @blocks) = $chapter =~ /^ *```\n(.*?)^ *```$/msg;
	return map { s/^\s+//r } grep { /\S/ } map { split /\n/ } @blocks;
}

subtest 'the installation as the document has it' => sub {
	is says('systemctl enable --now nginx 2>&1 | tail -1; '
	    . 'systemctl is-active nginx') =~ s/.*\n//sr, 'active',
	    'nginx runs, as Debian leaves it';
	my @lines = document_lines();
	cmp_ok scalar @lines, '>', 10, 'there is something to type';
	for my $line (@lines) {
		my ($status, $text) = $m->type($line);
		is $status, 0, $line or diag $text;
	}
	is_healthy('without a step more');
	is says('systemctl --failed --plain --no-legend'), '',
	    'no unit has failed';
	is says("systemd-analyze verify /etc/systemd/system/fleetline-* 2>&1"),
	    '', 'systemd-analyze verify has nothing to say';
};

# The worst that is allowed.
my %exposure = (jobs => 2.5, map { ($_ => 1.5) } @programs);

for my $name (sort keys %exposure) {
	my ($level) = says('systemd-analyze security --no-pager '
	    . "fleetline-$name") =~ /exposure level[^:]*: ([\d.]+)/;
	cmp_ok $level // 10, '<', $exposure{$name}, "$name is locked in";
}

# As root, who may more than the program: it is the name space that forbids.
subtest 'a program that is taken over' => sub {
	for my $name (@programs) {
		my $pid = says("systemctl show -P MainPID fleetline-$name");
		my %status = says("cat /proc/$pid/status") =~ /^(\w+):\s*(.*)$/mg;
		is_deeply [@status{qw(CapBnd NoNewPrivs Seccomp)}],
		    ['0' x 16, 1, 2], "$name has no capability and gets none";
		like says("nsenter -t $pid -m touch /etc/fleetline/x 2>&1"),
		    qr/Read-only file system/, 'does not write outside its folders';
		unlike says("nsenter -t $pid -n cat /proc/self/net/dev"),
		    qr/^\s*(?!lo)\w+:/m, 'and has no network';
	}
	is says('systemctl start fleetline-jobs'), '',
	    'the periodic work runs locked in as well';
	$m->put('/etc/systemd/system/fleetline-jobs.service.d/ask.conf', <<'END');
[Service]
ExecStart=
ExecStart=python3 -c 'import ctypes; buf = ctypes.create_string_buffer(512); \
	exit(ctypes.CDLL(None).adjtimex(buf) < 0)'
END
	says('systemctl daemon-reload');
	is says('systemctl start fleetline-jobs'), '',
	    'and may ask whether the clock is synchronised';
	says('systemctl revert fleetline-jobs');
};

# Whoever may write in the folder puts a link there, which nginx opens as root.
subtest 'a worker of nginx writes into its log and nowhere beside it' => sub {
	my $log = '/var/log/fleetline';
	like says("setpriv --reuid www-data --regid www-data --init-groups "
	    . "touch $log/x 2>&1"), qr/Permission denied/, 'not in the folder';
	says("mv $log/access.log $log/access.log.1; "
	    . 'kill -USR1 $(cat /run/nginx.pid)');
	wait_for("[ -e $log/access.log ]");
	ok defined wait_for('curl -s -o /dev/null http://127.0.0.1/turned;'
	    . " grep -q /turned $log/access.log"), 'it goes on after a rotation'
	    or diag says("ls -la $log; tail /var/log/nginx/error.log");
	my ($status, $text) = $m->type(
	    'logrotate -f -s /tmp/rotated /etc/logrotate.d/fleetline');
	is "$status: $text", '0: ', 'logrotate finds nothing wrong';
	ok defined wait_for('curl -s -o /dev/null http://127.0.0.1/turned;'
	    . " grep -q /turned $log/access.log"), 'nor does it stop the log';
};

subtest 'a device registers' => sub {
	is says('systemd-run -q --unit=crowd /usr/local/sbin/fleetline-sim '
	    . '--quiet --devices 3 --store /tmp/crowd --url '
	    . 'ws://127.0.0.1/example.com/devices/sysclients'), '',
	    'three devices come';
	ok defined wait_for('fleetline status | grep -E "(claims|unassigned).* 3"'),
	    'and wait to be assigned' or diag says('fleetline status');
};

# Users of this machine at the hub's control socket; the run folder lets in
# who is in the group, and then the hub looks who it is.
sub control {
	my ($user, $path, @body) = @_;
	return says("setpriv --reuid $user --regid fleetline --clear-groups "
	    . "curl -s -o /dev/null -w '%{http_code}' --unix-socket "
	    . "/run/fleetline/control.sock @body http://hub$path");
}

subtest 'who may order the hub' => sub {
	says("adduser --quiet --system --no-create-home $_")
	    for qw(stranger orderer tunneler);
	says('printf "[hub]\ncontrol_users = orderer\ntunnel_users = tunneler\n"'
	    . ' >>/etc/fleetline/fleetline.conf; systemctl restart fleetline-hub');
	my $id = '0123456789ab';
	my %code = (stranger => [403, 403, 403], orderer => [200, 200, 403],
	    tunneler => [200, 200, 503], fleetline => [200, 200, 503]);
	wait_for('curl -fs --unix-socket /run/fleetline/control.sock '
	    . 'http://hub/status');
	for my $user (sort keys %code) {
		is_deeply [control($user, '/status'), control($user, '/orders',
		    '-d', qq('{"order":"release","hwId":"$id"}')),
		    control($user, "/tunnel/$id/")], $code{$user},
		    "$user: status, orders, tunnel";
	}
	like says('setpriv --reuid stranger --regid nogroup --clear-groups '
	    . 'ls /run/fleetline 2>&1'), qr/Permission denied/,
	    'who is not in the group reaches no socket';
};

# One after the other, so that each kill meets a program that runs.
sub kill_often {
	my ($times, %killed) = @_;
	for my $round (1 .. $times) {
		for my $name (@programs) {
			$killed{$name}++ if defined wait_for('systemctl kill '
			    . "-s KILL --kill-who=main fleetline-$name");
		}
	}
	return \%killed;
}

subtest 'six kills, one after the other' => sub {
	is_deeply kill_often(6), {map { ($_ => 6) } @programs},
	    'each program came back to be killed again';
	is_healthy('after the sixth');
	$m->type('kill -KILL $(cat /run/nginx.pid)');
	is_healthy('after nginx was killed, which leaves its socket');
};

# Longer than systemd's five starts in ten seconds last, and while callers ask,
# each of whom would start a program again.
subtest 'files that are missing for a while' => sub {
	my %file = (devices => '/etc/fleetline/secret.key',
	    rules => '/var/lib/fleetline/fleetline.db',
	    hub => '/usr/local/sbin/fleetline-hub');
	my %before = map { ($_ => restarts($_)) } keys %file;
	for my $name (sort keys %file) {
		says("mv $file{$name} $file{$name}.away");
		says("systemctl kill -s KILL fleetline-$name");
	}
	for my $name (sort keys %file) {
		my $enough = $before{$name} + 7;
		ok defined wait_for('curl -s -m 0.1 http://127.0.0.1/health || :; '
		    . "[ \$(systemctl show -P NRestarts fleetline-$name) "
		    . "-ge $enough ]"), "$name cannot start without its file";
	}
	says("mv $_.away $_") for values %file;
	is_healthy('once they are back');
};

subtest 'the journal knows the causes' => sub {
	like says('journalctl -p err -o cat -u fleetline-devices'),
	    qr/error devices\.fcgi \S+ why=.*secret\.key/,
	    'journalctl -p err says which file was missing';
	unlike says('journalctl -p err -o cat -u "fleetline-*"'),
	    qr/ (?:info|warn) /, 'and shows nothing that is no error';
	like says('journalctl -p info -o cat -u fleetline-hub'),
	    qr/^\d{4}-\S+ info hub start /m,
	    'the priority is not left in the line';
};

# An installation from before, with a unit and a program of the former name.
subtest 'upgraded from where the rules were hub.fcgi' => sub {
	my $programs = '/usr/local/libexec/fleetline';
	my $running = 'ps -o args= -p $(systemctl show -P MainPID fleetline-rules)';
	says("mv $programs/rules.fcgi $programs/hub.fcgi; sed -i 's/rules.fcgi/"
	    . "hub.fcgi/' /etc/systemd/system/fleetline-rules.service; "
	    . 'systemctl daemon-reload; systemctl restart fleetline-rules');
	like says($running), qr/hub\.fcgi/, 'the old one runs';
	is_healthy('with it');
	$m->install;
	is says("ls $programs | grep -c hub || true"), 0,
	    'make install leaves no old program';
	for my $line (grep { /^cp .*units|^cp .*service|daemon-reload/ }
	    document_lines(), 'systemctl daemon-reload') {
		is says($line), '', $line;
	}
	says('systemctl restart fleetline-rules fleetline-devices '
	    . 'fleetline-csvapi fleetline-dialplan fleetline-provision fleetline-billing');
	like says($running), qr/rules\.fcgi/, 'the new one runs';
	is_healthy('after the upgrade');
	is says('grep -l hub.fcgi /etc/systemd/system/fleetline-* || true'), '',
	    'and no unit names the old one';
	like says('sed -n "s/^ExecStart=//p" /etc/systemd/system/fleetline-*.service'
	    . ' | cut -d " " -f 1 | xargs ls'), qr{^/usr/local/[\w/.\n-]+$},
	    'each names a program that is there';
};

subtest 'switched off and on' => sub {
	$m->reboot;
	is_healthy('after the boot');
	is says('systemctl --failed --plain --no-legend'), '',
	    'no unit has failed';
	is says('journalctl -b -p err -q -o cat -u "fleetline-*"'), '',
	    'nothing went wrong on the way';
	says("systemctl stop 'fleetline-*'");
	is says('ls /run/fleetline; ps -C fleetline-hub -o comm= || true; '
	    . 'systemctl --failed --plain --no-legend'), 'internal.sock',
	    'stopped, they leave only what is nginx\'s';
};

done_testing;
