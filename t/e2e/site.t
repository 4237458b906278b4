# `fleetline site` prints a site that nginx takes as it is: beside Debian's
# default site, with and without TLS, for odd paths; what cannot be written is
# refused.
use Fleetline;
use File::Temp;
use Mojo::File qw(path);

my $folder = File::Temp->newdir('fleetline-site-XXXXXX', TMPDIR => 1);
my $f = Fleetline->new(stopped => 1);
my ($port, $tls_port) = map { Fleetline::free_port() } 1 .. 2;
my @tls = ('--tls-cert', "$folder/tls.crt", '--tls-key', "$folder/tls.key");
my ($openssl) = $f->command(qw(openssl req -x509 -batch -newkey rsa:2048 -nodes
    -subj /CN=ap.example.com -keyout), "$folder/tls.key", '-out',
    "$folder/tls.crt");
is $openssl, 0, 'there is a certificate';

# A configuration; gives its path.
sub conf (%c) {
	$c{instance}{url} //= 'https://ap.example.com:8443';
	$f->conf(\%c)->write_conf;
	return path($f->state, 'fleetline.conf');
}

sub site (@args) {
	my %o = ('--port' => $port, '--tls-port' => $tls_port,
	    '--temp' => $folder, '--log' => $folder);
	delete @o{@args};
	return $f->try_cli('site', %o, @args);
}

# What nginx says of a site beside others.
sub tested ($site, @beside) {
	path($1)->make_path if $site =~ m{"unix:([^"]*)/internal.sock"};
	path($folder, 'site.conf')->spurt($site);
	path($folder, 'nginx.conf')->spurt("pid \"$folder/pid\";\nevents {}\n",
	    "http {\naccess_log off;\n", (map { "proxy_temp_path \"$folder/$_\";\n" }
	    'proxy'), @beside, "include site.conf;\n}\n");
	my ($rc, $out, $err) = $f->command('/usr/sbin/nginx', '-t', '-q', '-p',
	    "$folder/", '-e', "$folder/error.log", '-c', "$folder/nginx.conf");
	return $err;
}

# As Debian's /etc/nginx/sites-available/default.
my $v6 = -e '/proc/net/if_inet6';
my $debian = "server {\n\tlisten $port default_server;\n"
    . ($v6 ? "\tlisten [::]:$port default_server;\n" : '')
    . "\troot /var/www/html;\n\tserver_name _;\n}\n";

conf();
my ($rc, $plain, $err) = site();
is "$rc$err", '0', 'the site is printed';
is tested($plain, $debian), '', "nginx takes it beside Debian's default site";
like $plain, qr/^\tserver_name ap\.example\.com localhost 127\.0\.0\.1 /m,
    'for the name of the url, and those of the machine for itself';
like $plain, qr/^\tlisten \[::\]:$port /m, 'it listens on IPv6' if $v6;
like $plain, qr/^\tlisten 0\.0\.0\.0:$port /m, 'and on IPv4';
like $plain, qr/^\t#listen 0\.0\.0\.0:$tls_port ssl/m,
    'a block for TLS is there as a comment';
is tested($plain =~ s/^\t#(listen|ssl_certificate)/\t$1/mgr
    =~ s{"/etc/ssl/[^"]*\.pem"}{"$folder/tls.crt"}r
    =~ s{"/etc/ssl/[^"]*\.key"}{"$folder/tls.key"}r, $debian), '',
    '... which nginx takes when it is none';

my ($with) = (site(@tls))[1];
is tested($with, $debian), '', 'with a certificate nginx takes it, too';
like $with, qr/^\tlisten 0\.0\.0\.0:$tls_port ssl /m, '... for TLS';
is tested((site('--default'))[1]), '', 'alone it can be the default';
like tested((site('--default'))[1], $debian), qr/duplicate default server/,
    "... beside Debian's not";
is tested((site('--default', '--address', '127.0.0.1'))[1]), '', 'one address';
if ($v6) {
	is tested((site('--default', '--address', '::1', @tls))[1]), '',
	    'one of IPv6';
}

# Everything that may be written.
conf(instance => {url => '', base => '/a.b/c~d_e-F'},
    nginx => {trusted_proxies => '10.0.0.0/8, 192.0.2.1,2001:db8::/32, ::1',
	connections => 7, connections_per_address => 3, arrivals => 100},
    paths => {run => "$folder/it's {a} run; #1"});
(undef, my $odd, $err) = site('--default');
is $err, '', 'odd paths and proxies can be written';
is tested($odd), '', '... so that nginx reads them';
like $odd, qr/^\tset_real_ip_from 10\.0\.0\.0\/8;\n\tset_real_ip_from 192/m,
    '... each proxy';
like $odd, qr/limit_conn fleetline_address 3;\n\s+limit_conn fleetline_all 7;/,
    '... and the limits';
like $odd, qr/_of burst=800;\n\s+limit_req zone=fleetline_arrivals burst=3000;/,
    '... and how long devices may wait';

# ./start's site is the same text.
is((site('--default', @tls))[1] =~ s/^\tlisten .*\n//mgr, $odd
    =~ s/^\t#?listen .*\n//mgr =~ s/^\t# For TLS.*\n//mr
    =~ s{^\t#(ssl_certificate )"[^"]*"}{\t$1"$folder/tls.crt"}mr
    =~ s{^\t#(ssl_certificate_key )"[^"]*"}{\t$1"$folder/tls.key"}mr
    =~ s{^\t#(ssl_protocols )}{\t$1}mr,
    'TLS changes nothing else');

# ---- pages of devices, apart --------------------------------------------------

my $pages = Fleetline::free_port();

# The server for them, and what the programs are told.
sub apart ($site) {
	my ($block) = $site =~ /^# The pages of devices,.*?^(server \{.*?^\})/ms;
	return ($block // 'none', $site =~ /FLEETLINE_PASSTHROUGH "(.*?)"/);
}

conf();
is_deeply [apart((site())[1])], ['none'], 'without a setting there is none';
my ($block, $told) = apart((site('--passthrough-port' => $pages))[1]);
like $block, qr/^\tlisten 0\.0\.0\.0:$pages backlog/m, 'a port of their own';
is $told, "http://:$pages", '... is told to the programs';
($block, $told) = apart((site(@tls, '--passthrough-port' => $pages))[1]);
like $block, qr/^\tlisten 0\.0\.0\.0:$pages ssl .*?^\tssl_certificate "\Q$folder\E/ms,
    '... with TLS where the rest has it';
is $told, "https://:$pages", '... and by https';
for my $url ('https://*.pt.example.com', 'https://pt.example.com',
    "https://ap.example.com:$pages", "https://*.pt.example.com:$pages",
    "http://:$pages") {
	conf(passthrough => {url => $url});
	my ($site) = (site(@tls))[1];
	is tested($site, $debian), '', "nginx takes pages at $url";
	($block, $told) = apart($site);
	is $told, $url, '... it is told to the programs';
	my ($port) = $url =~ /:(\d+)$/;
	like $block, $port ? qr/^\tlisten 0\.0\.0\.0:$port (ssl )?backlog/m
	    : qr/^\tlisten 0\.0\.0\.0:\d+;\n\tlisten 0\.0\.0\.0:$tls_port ssl;/m,
	    '... nginx listens ' . ($port ? 'there' : 'where the rest is');
	unlike $block, qr/location.*(api|sysclients|health)/, '... nothing of ours is there';
}
conf(passthrough => {url => 'https://*.pt.example.com'});
is tested((site(@tls, '--passthrough-cert' => $tls[1], '--passthrough-key' =>
    $tls[3]))[1]), '', 'they may have a certificate of their own';

my $refused = sub ($what, $want, $conf, @args) {
	conf(%$conf);
	my ($rc, $out, $err) = site(@args);
	is "$rc$out", '1', "$what is refused";
	like $err, $want, '... and named';
};
$refused->('an end of the policy', qr/\[console\] frame_ancestors has what is in no origin/,
    {console => {frame_ancestors => "https://a; script-src *"}});
$refused->('a quote in a path', qr/\[paths\] run has what nginx cannot read/,
    {paths => {run => '/run/"; include x; "'}});
$refused->('a variable in a path', qr/\[paths\] run has what nginx cannot read/,
    {paths => {run => '/run/$host'}});
$refused->('a backslash in a path', qr/--temp has what nginx cannot read/, {}, '--temp', '/tmp/a\\b');
$refused->('a line feed in an option', qr/--log has what nginx cannot read/, {}, '--log', "/tmp/a\nb");
$refused->('a relative path', qr/--log does not begin with a slash/, {},
    '--log', 'log');
$refused->('a base that ends a location', qr/\[instance\] base has what no plain URL has/,
    {instance => {base => '/x" { return 200; } #'}});
$refused->('a base that is a pattern', qr/\[instance\] base has what no plain URL has/,
    {instance => {base => '/x(.*)+'}});
$refused->('a name that is none', qr/\[instance\] url names no host/,
    {instance => {url => 'https://a b;'}});
$refused->('no name', qr/\[instance\] url names no host/,
    {instance => {url => ''}});
$refused->('a name as an address', qr/--address is no IP address/, {},
    '--address', 'localhost');
$refused->('a network as an address', qr/--address is no IP address/, {},
    '--address', '10.0.0.0/8');
$refused->('a port that is none', qr/--port is no port/, {}, '--port', '0');
$refused->('a certificate without its key', qr/belong together/, {},
    @tls[0, 1]);
$refused->('proxies that are none', qr/trusted_proxies/,
    {nginx => {trusted_proxies => '10.0.0.1; } http {'}});
$refused->('a place for pages that is none', qr/\[passthrough\] url is no origin/,
    {passthrough => {url => 'https://*'}});
$refused->('a path behind it', qr/\[passthrough\] url is no origin/,
    {passthrough => {url => 'https://pt.example.com/x'}});
$refused->('what would end the line', qr/\[passthrough\] url is no origin/,
    {passthrough => {url => 'https://pt.example.com; return 200'}});
$refused->('our own name for them', qr/\[passthrough\] url is our own origin/,
    {passthrough => {url => 'https://ap.example.com'}});
$refused->('our own port for them', qr/\[passthrough\] url is our own origin/,
    {}, '--passthrough-port', $port);
$refused->('a port for them that is none', qr/--passthrough-port is no port/,
    {}, '--passthrough-port', '70000');
$refused->('their certificate without its key', qr/belong together/, {},
    '--passthrough-cert', $tls[1]);
$refused->('templates without a site', qr{cannot open \S+/nginx/fastcgi\.conf},
    {paths => {templates => "$folder"}});

done_testing;
