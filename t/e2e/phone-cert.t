# A phone with a certificate of its vendor, from the TLS port of nginx to the file:
# who has one that counts needs no URL of its own, who has none or forges one needs
# it.  How nginx looks at certificates: t/e2e/phones-tls.t.
use Fleetline;
use Mojo::File qw(path tempdir);

my $folder = tempdir;
my $f = Fleetline->new(conf => {instance => {url => 'https://ap.example.com'}});
$f->cli(qw(domain add north));
chomp(my $key = $f->cli(qw(phone-key new north)));
my $port = Fleetline::free_port();

# ---- certificates ------------------------------------------------------------------

sub openssl (@words) {
	my ($rc, undef, $err) = $f->command('openssl', @words);
	die $err if $rc;
}
sub root ($name, $subject) {
	openssl(qw(req -x509 -batch -newkey rsa:2048 -nodes -days 2 -subj), $subject,
	    '-keyout', "$folder/$name.key", '-out', "$folder/$name.crt");
}
sub signed ($name, $subject) {
	openssl(qw(req -new -batch -newkey rsa:2048 -nodes -subj), $subject, '-keyout',
	    "$folder/$name.key", '-out', "$folder/$name.csr");
	openssl(qw(x509 -req -days 2 -set_serial 7 -in), "$folder/$name.csr", '-CA',
	    "$folder/vendor.crt", '-CAkey', "$folder/vendor.key", '-out',
	    "$folder/$name.crt");
}
root(server => '/CN=ap.example.com');
root(vendor => '/CN=Phones of a vendor');
root(forged => '/CN=0004F2AABBCC');
signed(phone => '/O=Vendor, Inc./CN=0004F2AABBCC');
signed(other => '/O=Vendor, Inc./CN=0004F2AABBDD');
signed(sly => '/CN=Test/O=x,CN=0004F2AABBCC');

# ---- the port for phones, of the site that fleetline prints ------------------------------

my $site = $f->cli('site', '--address', '127.0.0.1', '--port', Fleetline::free_port(), '--tls-port',
    Fleetline::free_port(), '--tls-cert', "$folder/server.crt", '--tls-key',
    "$folder/server.key", '--temp', "$folder", '--log', "$folder",
    '--phones-port', $port, '--phones-ca', "$folder/vendor.crt");
my ($common) = $site =~ /\A(.*?)^server \{/ms;
my ($phones) = $site =~ /^(# Phones of other vendors, on a port.*?)^# What the hub asks/ms;
ok $common && $phones, 'the site has a server for phones' or done_testing, exit 1;
path($folder, 'nginx.conf')->spurt("user root;\npid \"$folder/pid\";\nevents {}\nhttp {\n",
    "proxy_temp_path \"$folder/proxy\";\n$common$phones}\n");
is +($f->command('/usr/sbin/nginx', '-p', "$folder/", '-e', "$folder/error.log", '-c',
    "$folder/nginx.conf"))[0], 0, 'nginx takes it'
    or diag path($folder, 'error.log')->slurp;
END { kill 'QUIT', path($folder, 'pid')->slurp if $folder && -e "$folder/pid" }

# (status, body) of curl.
sub ask ($file, @words) {
	my ($rc, $out) = $f->command_beside(qw(curl -sk --max-time 20 -w %{http_code} -A),
	    'FileTransport PolycomVVX-VVX_400-UA/4.1.4.7430 Type/Application', @words,
	    "https://127.0.0.1:$port/p/$key/$file");
	return $out =~ /(.*?)(\d{3})$/s ? ($2, $1) : (0, $out);
}
sub client ($name) { ('--cert', "$folder/$name.crt", '--key', "$folder/$name.key") }
# Of the newest row, which is written a moment later.
sub reason ($want) {
	my $last;
	wait_until(sub {
		$last = $f->cli_json(qw(phone trace 0004f2aabbcc))->[0]{reason} // '';
		$last eq $want;
	});
	return $last;
}

# ---- phones --------------------------------------------------------------------------

my @file = '0004f2aabbcc-fleet.cfg';	# Poly's file of accounts
my $secret = 'hush-4711-hush';
is((ask(@file, client('phone')))[0], 404, 'a phone waits, with a certificate, too');
is reason('waiting'), 'waiting', '... as any other';
$f->cli(qw(phone promote 0004f2aabbcc north));
$f->cli(qw(phone set 0004f2aabbcc), @$_) for ['sip_server', 'sip.example'],
    ['sip_user.0', '101'], ['sip_password.0', '--password-file', $f->secret_file($secret)];

sub has_secret ($res) { $res =~ /\Q$secret\E/ ? 'a secret' : 'none' }
for (['no certificate'], ['the certificate of another phone', client('other')],
    ['a certificate whose organisation reads as a name', client('sly')],
    ['a header', '-H', 'Fleetline-Client: CN=0004F2AABBCC', '-H',
	'FLEETLINE_CLIENT: CN=0004F2AABBCC']) {
	my ($what, @how) = @$_;
	my ($status, $body) = ask(@file, @how);
	is "$status " . has_secret($body), '200 none',
	    "$what: what a phone without a URL gets";
}
is((ask(@file, client('forged')))[0], 404, 'a certificate of its own making: nothing');

my ($status, $body) = ask(@file, client('phone'));
is "$status " . has_secret($body), '200 a secret',
    'with its certificate a phone gets its password at once';
is reason('given'), 'given', '... by the tenant key alone';
is((ask(@file))[0], 404, 'without it it is nobody from then on');
is((ask(@file, client('other')))[0], 404, 'nor with another phone\'s');
$f->cli(qw(phone window 0004f2aabbcc --minutes 0));
is((ask(@file, client('phone')))[0], 404, 'outside of its window it gets nothing');
is reason('outside'), 'outside', '... and the trace says so';
done_testing;
