# A person is logged in by cookie, in a real browser: what pages of others and
# pages of devices can do with that.
use Fleetline;
use Chromium;
use Mojo::Server::Daemon;
use Mojolicious;

my $missing = Chromium::missing();
plan(skip_all => $missing) if $missing;

my $f = Fleetline->new;
my $api = $f->url($f->base . '/api');
my $id = '0090334100be';
$f->cli(qw(domain add north.example));
$f->cli(qw(device add), $id, qw(--domain north.example --offer 10));
$f->cli(qw(account add anna --role system-admin --password-file),
    $f->secret_file('Secret'));
my $device = $f->device(id => $id)->connect;
$device->wait_for('password');
wait_until(sub { $f->api({mt => 'GetDevice', hwId => $id})->{device}{online} });
my $uri = $f->api({mt => 'GetDevice', hwId => $id})->{device}{uri};

# ---- pages ------------------------------------------------------------------------

my %page = (empty => 'empty', form => <<"EOF");
<form id="f" method="post" enctype="text/plain" action="$api"><input
name="{&quot;mt&quot;:&quot;AddDomain&quot;,&quot;name&quot;:&quot;evil.example&quot;,&quot;x&quot;:&quot;"
value="&quot;}"></form><script>document.getElementById('f').submit()</script>
EOF
my $evil = Mojo::Server::Daemon->new(silent => 1,
    listen => ['http://127.0.0.1:0']);
my $app = Mojolicious->new(secrets => ['x']);
$app->log->level('fatal');
$app->routes->any('/:name' => sub ($c) {
	$c->render(data => $page{$c->stash('name')} // '', format => 'html');
});
$evil->app($app)->start;
my $port = $evil->ports->[0];
my @cookies;	# that reached the device
$device->answer(sub ($r) {
	push @cookies, $r->{headers}{cookie} // ();
	return {headers => ['Content-Type: text/html'],
	    body => $page{$r->{target} =~ m{([^/]+)$} ? $1 : ''} // 'nothing'};
});
my %from = ('another port' => "http://127.0.0.1:$port/",
    'another site' => "http://localhost:$port/",
    "a device's page in the sandbox" => $uri);

my $c = Chromium->new;
my $ours = $f->url('/health');

# What a page hears from BASE/api: the status and the text, or "refused".
sub fetched ($m) {
	return $c->run(<<'JS', $api, encode_json($m));
		return fetch(arguments[0], {method: "POST",
		    credentials: "include", body: arguments[1]}).then(
		    async r => r.status + " " + await r.text(),
		    () => "refused");
JS
}

# The first message that a websocket of the page gets for what it sends.
sub by_websocket ($m) {
	return $c->run(<<'JS', $f->ws_url, encode_json($m));
		return new Promise((done) => {
			const ws = new WebSocket(arguments[0]);
			ws.onopen = () => ws.send(arguments[1]);
			ws.onmessage = (e) => { done(e.data); ws.close(); };
			ws.onerror = () => done("no websocket");
		});
JS
}

# ---- the attacks --------------------------------------------------------------------

subtest 'a page of ours' => sub {
	$c->go($ours);
	like fetched({mt => 'Login', user => 'anna', password => 'Secret'}),
	    qr/^200 .*"name":"anna"/, 'a person logs in';
	like fetched({mt => 'GetAccounts'}), qr/^200 .*"anna"/,
	    'and is known by the cookie then';
	is $c->run('return document.cookie'), '', 'which no script can read';
	like by_websocket({mt => 'GetDomains'}), qr/"login required"/,
	    'a websocket does not know him by it';
	my ($ticket) = fetched({mt => 'GetTicket'}) =~ /"ticket":"([^"]+)"/;
	like by_websocket({mt => 'TicketLogin', ticket => $ticket}),
	    qr/"ok":true/, 'but by a ticket';
};

subtest 'pages of others' => sub {
	for my $who (sort keys %from) {
		$c->go("$from{$who}form");
		ok wait_until(sub { index($c->text,
		    '{"error":"foreign origin"}') == 0 }, 5), "a form of $who is refused" or diag $c->text;
		$c->go("$from{$who}empty");
		my $before = Chromium::refusals($f);
		is fetched({mt => 'AddDomain', name => 'evil.example'}),
		    'refused', "a script of $who reads nothing";
		ok wait_until(sub { Chromium::refusals($f) > $before }, 5),
		    '... and was refused';
		is fetched({mt => 'Login', user => 'anna',
		    password => 'Secret'}), 'refused',
		    '... nor does it log somebody in';
		my $ticket = $f->api({mt => 'GetTicket'})->{ticket};
		unlike by_websocket({mt => 'TicketLogin', ticket => $ticket}),
		    qr/"ok":true/, "a websocket of $who cannot use a ticket";
		like by_websocket({mt => 'GetDomains'}), qr/login required/,
		    '... and is nobody by the cookie';
	}
	unlike $f->cli(qw(domain list)), qr/evil/, 'no domain was made';
	is "@cookies", '', 'no cookie of ours reached the device';
	$c->go($ours);
	like fetched({mt => 'GetAccounts'}), qr/^200 /,
	    'the person is still logged in';
};

$c->end;
$device->disconnect;
done_testing;
