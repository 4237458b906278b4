# Booted -- a throw-away copy of this machine with fleetline's files installed,
# booted in systemd-nspawn without a network.
#
#	use Booted;			# the script gets namespaces
#	my $why = Booted::impossible() and plan skip_all => $why;
#	my $m = Booted->new;		# dies with what the console said
#	my ($status, $out) = $m->type('systemctl is-active nginx');
#	$m->reboot;
#
# Its root is this machine's under an overlay in memory, without the services
# that this machine enabled; `make install` of FLEETLINE_PLAIN puts its files
# there.  The script is process 1 of namespaces of its own, so that no process
# and no mount outlives it, not even when it is killed.
package Booted;
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Path qw(make_path remove_tree);
use IPC::Open3;
use POSIX ();
use Time::HiRes qw(sleep time);

my $top = abs_path(dirname(__FILE__) . '/../..');
my @NAMESPACES = qw(unshare --mount --propagation private --pid --mount-proc
    --fork --kill-child --);
my ($NSPAWN, $GROUP) = ('/run/systemd/nspawn', 'fleetline-booted-');
my $DIR = "$NSPAWN/fleetline";
my $machine;

sub impossible {
	return 'only root boots a tree' if $> != 0;
	for my $need (qw(systemd-nspawn unshare nsenter)) {
		return "no $need here" if !grep { -x "$_/$need" }
		    split /:/, $ENV{PATH};
	}
	return 'no systemd to boot' if !-x '/lib/systemd/systemd';
	return 'fleetline is installed on this machine'
	    if getpwnam('fleetline') || -e '/etc/fleetline';
	my ($status, $text) = run(@NAMESPACES, 'true');
	return $status == 0 ? undef : 'no namespaces here: ' . $text =~ s/\n//r;
}

# Begins the script again in namespaces of its own.
sub import {
	return if $ENV{BOOTED_NAMESPACE} || impossible();
	$ENV{BOOTED_NAMESPACE} = $$;
	exec @NAMESPACES, $^X, (map { "-I$_" } @INC), $0, @ARGV
	    or die "cannot run unshare: $!";
}

sub run {
	my (@command) = @_;
	my $pid = open3(my $in, my $out, undef, @command);
	close $in;
	local $/;
	my $text = <$out> // '';
	waitpid $pid, 0;
	return ($? >> 8 || $? & 127, $text);
}

sub must_run {
	my ($status, $text) = run(@_);
	die "@_: $text\n" if $status != 0;
}

# ---- control groups -------------------------------------------------------

# Where a systemd that does not run here would look: two machines in one group
# would end each other's programs.
sub own_groups {
	return if -d '/run/systemd/system';	# it gives each machine a scope
	open my $in, '<', '/proc/self/cgroup' or return;
	my $v2 = -d '/sys/fs/cgroup/unified' ? '/sys/fs/cgroup/unified'
	    : '/sys/fs/cgroup';
	my @at = map { /^0::(.*)/ ? "$v2$1" : /^\d+:name=systemd:(.*)/
	    ? "/sys/fs/cgroup/systemd$1" : () } <$in>;
	# What scripts left that were killed.
	remove_group($_) for grep { -M > 1 } map { glob "$_/$GROUP*" } @at;
	return map { "$_/$GROUP$ENV{BOOTED_NAMESPACE}" } @at;
}

sub remove_group {
	my ($group) = @_;
	opendir my $dir, $group or return;
	remove_group("$group/$_")
	    for grep { !/^\./ && -d "$group/$_" } readdir $dir;
	rmdir $group;
}

# ---- the machine ----------------------------------------------------------

sub make_root {
	# systemd-nspawn's own folder: it wants a tmpfs there, and so do we.
	make_path($NSPAWN);
	must_run(qw(mount -t tmpfs -o mode=0755 tmpfs), $NSPAWN);
	make_path(map { "$DIR/$_" } qw(upper work root));
	must_run(qw(mount -t overlay overlay -o),
	    "lowerdir=/,upperdir=$DIR/upper,workdir=$DIR/work", "$DIR/root");
	remove_tree(glob("$DIR/root/etc/systemd/system/*.wants"),
	    "$DIR/root/usr/sbin/policy-rc.d");
}

sub install {
	my $build = $ENV{FLEETLINE_PLAIN} // "$top/build";
	must_run('make', '-s', '-C', $build, 'install',
	    "DESTDIR=$DIR/root");
	# A build for another folder finds what is installed in /etc as well.
	my $etc = "$DIR/root/usr/local/etc";
	remove_tree($etc);
	symlink '/etc', $etc or die "$etc: $!";
}

sub start {
	my ($self) = @_;
	my @keep = @{$self->{groups}} ? '--keep-unit' : ();
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		for my $group (@{$self->{groups}}) {
			open my $procs, '>', "$group/cgroup.procs";
			syswrite $procs, '0' or POSIX::_exit(126);
		}
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', "$DIR/console";
		open STDERR, '>&', \*STDOUT;
		exec qw(systemd-nspawn --quiet --register=no --private-network),
		    @keep, '--system-call-filter=adjtimex clock_adjtime',
		    qw(--resolv-conf=off --timezone=off --boot
		    --machine=fleetline-booted -D), "$DIR/root"
		    or POSIX::_exit(127);
	}
	$self->{nspawn} = $pid;
}

sub console {
	open my $in, '<', "$DIR/console" or return '';
	local $/;
	return <$in> // '';
}

# The machine's process 1, as this machine counts.
sub leader {
	my ($self) = @_;
	$self->{nspawn} or return;
	for my $stat (glob '/proc/[0-9]*/stat') {
		open my $in, '<', $stat or next;
		my ($pid, $parent) = (<$in> // '') =~ /^(\d+) \(.*\) \S (\d+) /
		    or next;
		return $pid if $parent == $self->{nspawn};
	}
	return;
}

# What a shell of root there says to a line: exit status, output and errors.
sub type {
	my ($self, $line) = @_;
	my $leader = $self->leader // return (255, 'the machine is off');
	return run(qw(setsid -w nsenter -t), $leader, qw(-m -u -i -n -p -C --wdns=/root
	    env -i HOME=/root LANG=C.UTF-8),
	    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
	    'sh', '-ec', $line);
}

# A file of the machine with this text.
sub put {
	my ($self, $path, $text) = @_;
	make_path(dirname("$DIR/root$path"));
	open my $out, '>', "$DIR/root$path" or die "$path: $!";
	print $out $text;
	close $out or die "$path: $!";
}

# Its boot is over when it answers; dies with what it said.
sub wait_for_boot {
	my ($self) = @_;
	my $late = time + 60;
	while (time < $late) {
		waitpid($self->{nspawn}, POSIX::WNOHANG) == 0 or last;
		my (undef, $state) = $self->type('systemctl is-system-running');
		return if $state =~ /^(running|degraded)$/;
		sleep 0.1;
	}
	die "the tree does not boot: ", console(), "\n";
}

sub new {
	my ($class) = @_;
	my $self = $machine = bless {groups => [own_groups()]}, $class;
	mkdir $_ or die "$_: $!\n" for @{$self->{groups}};
	make_root();
	$self->start;
	$self->wait_for_boot;
	return $self;
}

# Off in good order, and on again.
sub reboot {
	my ($self) = @_;
	$self->type('systemctl poweroff');
	waitpid $self->{nspawn}, 0;
	$self->start;
	$self->wait_for_boot;
}

sub end {
	my ($self) = @_;
	kill 'KILL', grep { defined } $self->leader, $self->{nspawn};
	waitpid $self->{nspawn}, 0 if $self->{nspawn};
	my $late = time + 10;
	while (grep { -d } @{$self->{groups}}) {
		remove_group($_) for @{$self->{groups}};
		die "control groups are left\n" if time > $late;
		sleep 0.02;
	}
}

END {
	local $?;
	$machine->end if $machine && $$ == 1;
}

1;
