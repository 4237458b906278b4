# No log has a query, nor a key that stood in a path, whoever answered and
# however the path was written.
use Fleetline;
use IO::Socket::INET;
use Mojo::File qw(path);

my $key = '1a5ba8d7-584d-4ba0-a075-3c91a251a803';	# of a passthrough
my $hash = '71516eea4850f7e0300ac86adf9fb64bca845aa7';	# of a billing request
my $token = 'flk_7_Zq8RtYwExAmPlE';			# of the API
my $secret = qr/\Q$key\E|1A5BA8D7|\Q$hash\E|\Q$token\E|query-secret/i;
my $id = '0090334100be';
my $f = Fleetline->new;
my $base = $f->base;

# Bytes on a connection of their own; gives the status.
sub send_raw ($bytes) {
	my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	    PeerPort => $f->port, Timeout => 10) or die "socket: $!";
	local $SIG{PIPE} = 'IGNORE';
	print $s $bytes;
	my $line = <$s> // '';
	return $line =~ /^HTTP\S+ (\d+)/ ? $1 : 0;
}

sub get ($target, @lines) {
	return send_raw(join "\r\n", "GET $target HTTP/1.1", 'Host: x',
	    'Connection: close', @lines, '', '');
}

# New lines with a secret, in every log of nginx and of the programs.
my %known;
sub leaks {
	$f->access_log_whole;
	return join "\n", map {
		my $name = $_->basename;
		map { "$name: $_" } grep { /$secret/ && !$known{$_}++ } split /\n/, $_->slurp
	} path($f->state, 'log')->list->each;
}

my @location = ("$base/sysclients", $base, "$base/",
    "$base/innovaphone-devices", "$base/passthrough/$id/$key/log.txt",
    "$base/api", "$base/csvapi", '/billing/api/devices_get',
    '/api/device_list', '/health', '/metrics', '/', '/nowhere');
my $query = "?hash=$hash&token=query-secret";

subtest 'queries' => sub {
	get("$_$query") for @location;
	get("$_$query", 'Upgrade: websocket', 'Connection: Upgrade',
	    'Sec-WebSocket-Version: 13',
	    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==') for @location;
	get("$_$query", "Referer: http://x/$base/passthrough/$id/$key/")
	    for @location;
	is leaks(), '', 'no location logs a query, nor the page it came from';
};

my @path = (
    # spelt as they should be
    "$base/passthrough/$id/$key/log.txt", "$base/passthrough/$id/$key",
    "$base/passthrough/docker0/$key/", "/p/$key/config.xml",
    # the key in a place where it should not be
    "$base/passthrough/%2e/$key/", "$base/passthrough/./$key/",
    "$base/passthrough/$key/", "$base/passthrough/$key",
    "$base/passthrough/x/../$key/", "$base/passthrough/x/%2E%2e/$key/",
    "$base/passthrough//$key/", "$base/passthrough/$id//$key/",
    "$base/passthrough/%252e/$key/", "$base/passthrough/$id/a/$key/b",
    "$base/$key/passthrough/", "/$key", "$base/sysclients/$token",
    "$base/api/$token", "$base/csvapi/$hash", "/health/$key",
    # doubled slashes, dots, case, encoded letters
    "$base//passthrough/$id/$key/", "/$base//passthrough//$id//$key//",
    "$base/./passthrough/$id/$key/", "$base/%2e/passthrough/$id/$key/",
    "$base/PASSTHROUGH/$id/$key/", "$base/PassThrough/$id/" . uc $key,
    "/EXAMPLE.COM/Devices/passthrough/$id/$key/",
    "$base/%70assthrough/$id/$key/", "$base/passthrough%2f$id%2f$key%2f",
    "$base/%2570assthrough/$id/$key/", "$base/passthrough\\$id\\$key\\",
    "$base/passthrough/$id%0a/$key/", "/P/$key/", "//p//$key/", "/%70/$key/",
    "/./p/$key/", "http://user:query-secret\@x$base/passthrough/$id/$key/",
    "$base/passthrough/$id/$key;x=$key/", "$base/passthru/$id/$key/",
    # of a billing system
    "/billing/api/$hash", "/api/devices_get/$hash",
    "/BILLING/api/devices_get$query", "/Api/device_list$query",
    "//billing/api/devices_get$query", "/billing//api/devices_get$query",
    "/billing/api/passthrough/$id/$key/", "/billing/api/PASSTHROUGH//$id/$key",
    "$base//csvapi$query", "$base//api$query", "/billing/%2e/api/$hash",
    "/billing/api/devices_get%3fhash=$hash");

subtest 'paths' => sub {
	get($_) for @path;
	is leaks(), '', 'no key of a path is in a log, however it is spelt';
	like $f->log_of('access'), qr{"GET \Q$base/passthrough/$id/***\E HTTP},
	    'which device was asked is logged';
	like $f->log_of('access'), qr{"GET \Q$base/api\E HTTP},
	    '... and paths that have no key';
};

subtest 'what nginx refuses itself' => sub {
	my %request = (
	    'no Host' => "GET %s HTTP/1.1\r\n\r\n",
	    'a method that is none' => "get %s HTTP/1.1\r\nHost: x\r\n\r\n",
	    'a version that is none' => "GET %s HTTP/9.9\r\nHost: x\r\n\r\n",
	    'HTTP/0.9' => "GET %s\r\n",
	    'a blank in the line' => "GET %s x HTTP/1.1\r\nHost: x\r\n\r\n",
	    'a header that is too long' => "GET %s HTTP/1.1\r\nHost: x\r\nX: "
		. 'y' x 40_000 . "\r\n\r\n",
	    'a line that is too long' => 'GET %s' . 'y' x 40_000
		. " HTTP/1.1\r\nHost: x\r\n\r\n",
	    'a header that is none' => "GET %s HTTP/1.1\r\nHost: x\r\n\0: y\r\n\r\n",
	    'two lengths' => "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 1"
		. "\r\nContent-Length: 2\r\n\r\n",
	    'a body that is too long' => "POST %s HTTP/1.1\r\nHost: x\r\n"
		. "Content-Length: 99999999\r\n\r\n",
	    'CONNECT' => "CONNECT %s HTTP/1.1\r\nHost: x\r\n\r\n",
	    'TRACE' => "TRACE %s HTTP/1.1\r\nHost: x\r\n\r\n");
	for my $what (sort keys %request) {
		for my $target ((map { "$_$query" } @location), $path[0]) {
			send_raw(sprintf $request{$what}, $target);
		}
	}
	is leaks(), '', 'nothing leaks from ' . join ', ', sort keys %request;
	is send_raw("GET $base/api$query HTTP/1.1\r\n\r\n"), 400, '400 is among them';
	is send_raw("GET /$query" . 'y' x 40_000 . " HTTP/1.1\r\n\r\n"), 414,
	    '... and 414';
};

subtest 'when the programs are away' => sub {
	my @socket = map { path($f->run_folder, "$_.sock") }
	    qw(devices billing csvapi ws door);
	$_->move_to("$_.away") for @socket;
	$f->kill_program($_) for qw(devices billing csvapi);
	my %seen;
	$seen{get("$_$query", 'Upgrade: websocket')}++ for @location;
	get($path[0]);
	path("$_.away")->move_to($_) for @socket;
	ok $seen{503} && $seen{502}, 'nginx reaches nobody'
	    or diag join ' ', %seen;
	is leaks(), '', 'and its errors have no query and no key';
};

done_testing;
