# The nginx site for old phones: a port of its own, TLS 1.0 there and nowhere else,
# names of client certificates passed on when somebody trusted vouches for them.
# provision.fcgi is a listener here that answers what it was told.
use Fleetline;
use Mojo::File qw(path tempdir);
use Mojo::IOLoop;

my $folder = tempdir;
my $f = Fleetline->new(stopped => 1, conf => {instance => {
    url => 'https://ap.example.com'}, paths => {run => "$folder/run"}});
my ($port, $tls_port, $phones) = map { Fleetline::free_port() } 1 .. 3;
my $run = path("$folder/run")->make_path;

# ---- certificates ----------------------------------------------------------------

sub openssl (@words) {
	my ($rc, undef, $err) = $f->command('openssl', @words);
	die $err if $rc;
}
sub self_signed ($name, $cn) {
	openssl(qw(req -x509 -batch -newkey rsa:2048 -nodes -days 2 -subj), "/CN=$cn",
	    '-keyout', "$folder/$name.key", '-out', "$folder/$name.crt");
}
self_signed(server => 'ap.example.com');
self_signed(vendor => 'Phones of a vendor');
self_signed(forged => '0004F2AABBCC');
openssl(qw(req -new -batch -newkey rsa:2048 -nodes -subj /O=Vendor/CN=0004F2AABBCC
    -keyout), "$folder/phone.key", '-out', "$folder/phone.csr");
openssl(qw(x509 -req -days 2 -set_serial 7 -in), "$folder/phone.csr", '-CA',
    "$folder/vendor.crt", '-CAkey', "$folder/vendor.key", '-out', "$folder/phone.crt");

# ---- nginx -------------------------------------------------------------------------

my @site = ('site', '--address', '127.0.0.1', '--port', $port, '--tls-port', $tls_port,
    '--tls-cert', "$folder/server.crt", '--tls-key', "$folder/server.key", '--temp',
    "$folder", '--log', "$folder");
my @phones = ('--phones-port', $phones);
path($folder, 'site.conf')->spurt($f->cli(@site, @phones, '--phones-ca',
    "$folder/vendor.crt"));
path($folder, 'nginx.conf')->spurt("user root;\npid \"$folder/pid\";\nevents {}\nhttp {\n",
    "proxy_temp_path \"$folder/proxy\";\ninclude site.conf;\n}\n");
my @nginx = ('/usr/sbin/nginx', '-p', "$folder/", '-e', "$folder/error.log", '-c',
    "$folder/nginx.conf");
is +($f->command(@nginx))[0], 0, 'nginx takes the site'
    or diag path($folder, 'error.log')->slurp;
END { kill 'QUIT', path($folder, 'pid')->slurp if $folder && -e "$folder/pid" }

# A FastCGI responder: answers the path and who the client is.
sub params ($bytes) {
	my %p;
	while (length $bytes) {
		my @n = map { my $n = unpack 'C', $bytes;
		    $n = $n & 128 ? unpack('N', substr $bytes, 0, 4, '') & 0x7fffffff
			: unpack 'C', substr $bytes, 0, 1, ''; $n } 1 .. 2;
		my $name = substr $bytes, 0, $n[0], '';
		$p{$name} = substr $bytes, 0, $n[1], '';
	}
	return \%p;
}
sub record ($type, $body) { pack('CCnnCC', 1, $type, 1, length $body, 0, 0) . $body }
my %had;
Mojo::IOLoop->server({path => "$run/provision.sock"} => sub ($loop, $stream, $id) {
	$stream->on(read => sub ($stream, $bytes) {
		$had{$id}{in} .= $bytes;
		while (length $had{$id}{in} >= 8) {
			my (undef, $type, undef, $n, $pad) = unpack 'CCnnC', $had{$id}{in};
			last if length $had{$id}{in} < 8 + $n + $pad;
			my $body = substr $had{$id}{in}, 8, $n;
			substr $had{$id}{in}, 0, 8 + $n + $pad, '';
			$had{$id}{params} .= $body if $type == 4;
			next if $type != 5 || $n > 0;
			my $p = params(delete $had{$id}{params});
			$stream->write(record(6, "Status: 200\r\n\r\n$p->{DOCUMENT_URI} "
			    . ($p->{FLEETLINE_CLIENT} // 'none') . "\n") . record(6, '') .
			    record(3, "\0" x 8));
		}
	});
});

# (status, body) of curl.
sub ask ($url, @words) {
	my ($rc, $out) = $f->command_beside(qw(curl -sk --max-time 10 -w %{http_code}),
	    @words, $url);
	return $out =~ /(.*?)(\d{3})$/s ? ($2, $1) : (0, '');
}
my @old = qw(--tlsv1.0 --tls-max 1.0 --ciphers DEFAULT@SECLEVEL=0);
my $file = "https://127.0.0.1:$phones/p/k/0004f2aabbcc.cfg";
sub client ($name) { ('--cert', "$folder/$name.crt", '--key', "$folder/$name.key") }

is_deeply [ask($file)], [200, "/p/k/0004f2aabbcc.cfg \n"], 'a phone asks with TLS of today';
is_deeply [ask($file, @old)], [200, "/p/k/0004f2aabbcc.cfg \n"], 'and with TLS 1.0';
is((ask("https://127.0.0.1:$tls_port/p/k/x.cfg"))[0], 200, 'so it may elsewhere');
is((ask("https://127.0.0.1:$tls_port/p/k/x.cfg", @old))[0], '000',
    'but not with TLS 1.0');
is_deeply [ask($file, client('phone'))],
    [200, "/p/k/0004f2aabbcc.cfg CN=0004F2AABBCC,O=Vendor\n"],
    'the name of a certificate that the vendor vouches for is passed on';
is_deeply [ask($file, client('phone'), @old)],
    [200, "/p/k/0004f2aabbcc.cfg CN=0004F2AABBCC,O=Vendor\n"], 'with TLS 1.0, too';
is_deeply [ask($file, client('forged'))], [404, "not found\n"],
    'who vouches for himself gets the 404 of everybody';
is_deeply [ask($file, '-H', 'FLEETLINE-CLIENT: CN=0004F2AABBCC', '-H',
    'Fleetline_Client: CN=0004F2AABBCC')], [200, "/p/k/0004f2aabbcc.cfg \n"],
    'a header is no certificate';
is_deeply [ask("http://127.0.0.1:$phones/p/k/x.cfg")], [404, "not found\n"],
    'without TLS there is nothing';
is((ask("https://127.0.0.1:$phones/$_"))[0], 404, "nothing else is there: $_")
    for qw(health metrics example.com/devices/api rest/auth store/firmware.json);

# ---- what cannot be ----------------------------------------------------------------

sub refused ($what, $want, @args) {
	my ($rc, undef, $err) = $f->try_cli(@args);
	ok $rc, "$what is refused";
	like $err, $want, '... and named';
}
my @plain = ('site', '--port', $port, @phones);
refused('a port without a certificate', qr/needs a certificate/, @plain);
refused('a key without it', qr/belong together/, @plain, '--phones-key', '/k');
refused('the port of others', qr/--phones-port is taken/, @site, '--phones-port',
    $tls_port);
unlike $f->cli(@site), qr/SECLEVEL|TLSv1 /,
    'without the option no port speaks TLS 1.0';
done_testing;
