# What one client, or many, can take: no disk by what they send, a stated part
# of it by what they do not read, and not the time of others.
use Fleetline;
use File::Temp;
use IO::Select;
use IO::Socket::INET;
use Mojo::File qw(path);

use constant {READERS => 200, GREEDY => 12, DEVICES => 2000};

sub open_socket ($f) {
	return IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	    PeerPort => $f->port) // die "socket: $!";
}

# A request whose body stops short of its announced length.
sub half ($f, $target, $length, @lines) {
	my $s = open_socket($f);
	my $head = join "\r\n", "POST $target HTTP/1.1", 'Host: x',
	    "Content-Length: $length", @lines, '', '';
	syswrite $s, $head . 'x' x ($length - 1);
	return $s;
}

# Chunks of one byte, whose marks take five times their place in memory, and no
# end.
sub half_chunked ($f, $target, $length) {
	my $s = open_socket($f);
	syswrite $s, join "\r\n", "POST $target HTTP/1.1", 'Host: x',
	    'Transfer-Encoding: chunked', '', '';
	syswrite $s, "1\r\nx\r\n" x ($length - 1);
	return $s;
}

sub status ($s) {
	my $line = <$s> // '';
	return $line =~ /^HTTP\S+ (\d+)/ ? $1 : 0;
}

sub free_bytes ($folder) {
	my ($line) = (qx{df -B1 --output=avail "$folder"})[1];
	return $line + 0;
}

# Files of nginx in one of its temporary folders; they have no name any more.
sub temp_files ($f, $folder) {
	return grep { (readlink // '') =~ m{/\Q$folder\E/} }
	    map { glob "/proc/$_/fd/*" }
	    grep { (eval { path("/proc/$_/cmdline")->slurp } // '') =~ /^nginx:/
	    && Fleetline::session_of($_) == $f->supervisor }
	    Fleetline::all_pids();
}

subtest 'a disk of 20 MB' => sub {
	my $disk = File::Temp->newdir('fleetline-disk-XXXXXX', TMPDIR => 1);
	plan skip_all => 'only root can mount a small disk' if $> != 0;
	plan skip_all => 'no small disk can be mounted here'
	    if system('mount', '-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', $disk);
	my $f = eval { Fleetline->new(state => "$disk/state") };
	ok $f, 'an instance fits on it' or diag $@;
	my $base = $f->base;
	my @location = (["$base/api", 65536], ['/billing/api/devices_get', 16384],
	    ["$base/csvapi", 1024], ['/health', 1024], ['/metrics', 1024],
	    ['/nowhere', 16384], ["$base/sysclients", 16384],
	    ["$base/passthrough/0090330a0b0c/key/x", 1 << 20]);
	my $free = free_bytes($disk);
	my @held = map { half($f, "$base/api", 65536) } 1 .. 24;
	push @held, map { half($f, @$_) } @location;
	is $f->api({mt => 'AddDomain', name => 'after.example',
	    password => 'after'})->{error}, undef,
	    'half bodies of 24 clients do not keep the store from writing';
	is scalar(temp_files($f, 'fleetline-bodies')), 0,
	    '... and none of them is on the disk';
	@held = ();
	@held = map { half_chunked($f, "$base/api", 60_000) } 1 .. 24;
	pause 0.5;
	is $f->api({mt => 'AddDomain', name => 'chunks.example',
	    password => 'after'})->{error}, undef,
	    'nor do those in chunks';
	cmp_ok scalar(temp_files($f, 'fleetline-bodies')), '>', 0,
	    '... which do lie there';
	cmp_ok $free - free_bytes($disk), '<', 24 * 65536 + (2 << 20),
	    '... but take no more than their limit';
	@held = ();
	for (grep { $_->[0] !~ /sysclients|passthrough/ } @location) {
		my ($target, $length) = @$_;
		my $s = open_socket($f);
		syswrite $s, "POST $target HTTP/1.1\r\nHost: x\r\n"
		    . 'Content-Length: ' . ($length + 1) . "\r\n\r\n";
		like status($s), qr/^4(?:13|04)$/,
		    "a body above $length is refused before it comes: $target";
	}
	$f->finish;
	system('umount', '-l', $disk) == 0 or diag "cannot unmount $disk";
};

# ---- connections ----------------------------------------------------------

my $f = Fleetline->new(plain => 1, conf => {nginx =>
    {connections_per_address => READERS + 10, connections => READERS + 20}});
my $base = $f->base;
my $key = $f->cli(qw(key add admin)) =~ s/\n//r;
{
	my $file = path($f->{folder}, 'devices.csv');
	$file->spurt("hwId;name;domain\n", map {
		sprintf "0090331%05x;device %d;example.com\n", $_, $_
	} 1 .. DEVICES);
	$f->cli(qw(import devices), $file);
}

# What half of them take at most: one of them may meet a busy machine.
sub median_of ($n) {
	my @took;
	for (1 .. $n) {
		my $t = time;
		my $r = $f->api({mt => 'GetDevice', hwId => '009033100001'},
		    key => $key);
		$r->{device} or diag 'GetDevice: ', encode_json($r);
		push @took, time - $t;
	}
	return (sort { $a <=> $b } @took)[$n / 2];
}

# Asks for all devices, several times if wanted, and reads nothing.
sub silent_reader ($times) {
	my $body = '{"mt":"GetDevices"}';
	my $s = IO::Socket::INET->new(Proto => 'tcp');
	setsockopt $s, SOL_SOCKET, SO_RCVBUF, pack 'i', 4096;
	connect $s, pack_sockaddr_in($f->port, inet_aton('127.0.0.1'))
	    or die "connect: $!";
	syswrite $s, join("\r\n", "POST $base/api HTTP/1.1", 'Host: x',
	    "Authorization: Bearer $key", 'Content-Length: ' . length $body, '',
	    $body) x $times;
	return $s;
}

# Some ask for more than what the kernel holds for them, or any worker would.
subtest 'readers that do not read' => sub {
	my $alone = median_of(20);
	my @silent = map { silent_reader($_ <= GREEDY ? 30 : 1) } 1 .. READERS;
	# How much the kernel takes of an answer, and so how much is left for a file
	# or fits into nginx's memory, is another for each.
	ok wait_until(sub {
		scalar temp_files($f, 'fleetline-answers');
	}, 60), 'what they do not take waits in a folder of its own';
	ok wait_until(sub {
		READERS <= (() = $f->log_of('devices') =~ /mt=GetDevices /g)
	}, 60), '... and no worker waits for them';
	cmp_ok median_of(20), '<', 0.1 + 5 * $alone, 'with ' . READERS
	    . ' silent readers GetDevice is about as quick as without';
};

subtest 'as many as an address may have' => sub {
	my @held = map { half($f, "$base/api", 65536) } 1 .. READERS + 10;
	pause 0.5;
	my %form = ("$base/api" => qr/^\{"error":"too many requests"\}$/m,
	    "$base/csvapi" => qr/^too many requests$/m,
	    '/billing/api/devices_get' => qr/<error>Too many requests</);
	for my $target (sort keys %form) {
		my $res = $f->get($target);
		is $res->code, 429, "one more is refused: $target";
		like $res->body, $form{$target}, '... in the form of that face';
		is $res->headers->header('Retry-After'), 1, '... for a moment';
	}
	my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	    PeerPort => $f->port, LocalAddr => '127.0.0.9');
	print $s "GET $base/csvapi HTTP/1.1\r\nHost: x\r\n\r\n";
	is status($s), 401, 'another address is not';
	my @more = map { IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	    PeerPort => $f->port, LocalAddr => "127.0.1.$_") } 1 .. 12;
	syswrite $_, "POST $base/api HTTP/1.1\r\nHost: x\r\n"
	    . "Content-Length: 9\r\n\r\n" for @more;
	pause 0.5;
	$s = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	    PeerPort => $f->port, LocalAddr => '127.0.0.9');
	print $s "GET $base/csvapi HTTP/1.1\r\nHost: x\r\n\r\n";
	is status($s), 429, '... until all together have what all may have';

	my $d = $f->device(id => '009033200001')->connect;
	ok wait_until(sub { @{$f->cli_json(qw(device claims 009033200001))} }),
	    'devices come all the same';
	$d->disconnect;
	is $f->get("$base/passthrough/009033100001/x/y")->code, 403,
	    'and so do requests to devices';
	@held = ();
	ok wait_until(sub { $f->get("$base/csvapi")->code == 401 }),
	    'who has gone makes room';
};

# ---- devices that come all at once ------------------------------------------

use constant {CROWD => 60, EACH_SECOND => 5};	# 4 of one address, 40 may wait

sub upgrade_from ($g, $address) {
	my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	    PeerPort => $g->port, LocalAddr => $address) // die "socket: $!";
	syswrite $s, join "\r\n", 'GET ' . $g->base . '/sysclients HTTP/1.1',
	    'Host: x', 'Connection: Upgrade', 'Upgrade: websocket',
	    'Sec-WebSocket-Version: 13',
	    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', '';
	return $s;
}

subtest 'more devices at once than are let in' => sub {
	my $g = Fleetline->new(plain => 1, conf => {nginx =>
	    {arrivals => EACH_SECOND}});
	my $came = IO::Select->new(map { upgrade_from($g, '127.0.0.1') }
	    1 .. CROWD);
	my %said;
	my $listen = sub {
		for my $s ($came->can_read(0)) {
			$said{status($s)}++;
			$came->remove($s);
		}
		return \%said;
	};
	ok wait_until(sub { ($listen->()->{503} // 0) >= 10 }),
	    'who would have to wait for more than ten seconds is sent away';
	cmp_ok $came->count, '>=', 30, '... and the others wait';
	my $other = IO::Select->new(upgrade_from($g, '127.0.0.9'));
	my $t = time;
	is $g->get('/health')->code, 200, 'whoever is no device';
	cmp_ok time - $t, '<', 1, '... does not';
	ok wait_until(sub { ($listen->()->{101} // 0) > 4 }), 'they come in';
	ok wait_until(sub { $other->can_read(0) }, 30),
	    'so does one of another address, which has a share of its own';
	is status($other->can_read(0)), 101, '... and is not sent away';
	cmp_ok $said{503}, '<=', CROWD - 40, 'nobody else was, either';
};

done_testing;
