# The block that doc/operations.md has for another nginx in front, in use: what
# clients see and what arrives is as without it.
use Fleetline;
use File::Temp;
use Mojo::File qw(path);

my $f = Fleetline->new(conf => {nginx => {trusted_proxies => '127.0.0.1'}});
my $folder = File::Temp->newdir('fleetline-proxy-XXXXXX', TMPDIR => 1);
my $port = Fleetline::free_port();
my ($block) = path('doc/operations.md')->slurp =~
    /^nginx \(no path.*?```\n(.*?)```/ms or die "no nginx in the document\n";
$block =~ s{http://192\.0\.2\.20}{$f->origin}e;
path($folder, 'nginx.conf')->spurt("pid \"$folder/pid\";\nevents {}\nhttp {\n"
    . "access_log off;\nmerge_slashes off;\nmap \$http_upgrade "
    . "\$connection_upgrade { default upgrade; '' close; }\n"
    . "client_body_temp_path $folder/body;\nproxy_temp_path $folder/proxy;\n"
    . "server {\nlisten 127.0.0.1:$port;\n$block\n}\n}\n");
my ($rc, undef, $err) = $f->command('/usr/sbin/nginx', '-p', "$folder/", '-e',
    "$folder/error.log", '-c', "$folder/nginx.conf");
is $rc, 0, 'the proxy starts' or diag $err;
END {
	my $pid = $folder && eval { path($folder, 'pid')->slurp };
	my $status = $?;
	kill 'QUIT', $pid if $pid;
	$? = $status;
}

my $direct = $f->port;
sub through ($sub) {
	$f->port($port);
	my @got = $sub->();
	$f->port($direct);
	return wantarray ? @got : $got[0];
}

is $f->get('/health')->body =~ /"parts"/ ? 1 : 0, 1,
    'this machine sees the parts of /health';
is through(sub { $f->get('/health')->body }), qq({"status":"ok"}\n),
    'who comes through the proxy does not, though it runs here';
is through(sub { $f->get('/metrics')->code }), 403, '... nor /metrics';

my $id = '0090330a0b0c';
my $d = through(sub { $f->device(id => $id)->connect });
ok wait_until(sub { @{$f->cli_json(qw(device claims), $id)} }),
    'a device comes through it';
$f->cli(qw(device assign), $id, 'example.com');
ok $d->wait_for('password'), '... and gets its password';
my @ask = {mt => 'GetDevice', hwId => $id};
ok wait_until(sub { $f->api(@ask)->{device}{online} }), '... and is online';
my $app = through(sub { $f->app });
my $uri = $app->ask(@ask)->{device}{uri};
like $uri, qr{^http://127\.0\.0\.1:$port/}, 'an app gets uris that lead there';
like through(sub { $f->api(@ask)->{device}{uri} }),
    qr{^http://127\.0\.0\.1:$port/}, 'so does a script, whose digest holds';
is $f->get("${uri}a%2fb//c/%2e%2e/d?x=%2F&y")->code, 200,
    'the device is reached';
is $d->requests->[-1]{target}, '/a%2fb//c/%2e%2e/d?x=%2F&y',
    '... by the path as it was sent';
$app->disconnect;
$d->disconnect;
done_testing;
