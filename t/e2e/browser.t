# What a page in somebody's browser can do, tried in a real one: Chromium, in
# which an administrator has logged in.
use Fleetline;
use Chromium;
use Mojo::Server::Daemon;
use Mojolicious;

my $missing = Chromium::missing();
plan(skip_all => $missing) if $missing;

my $f = Fleetline->new;
my ($id, $user) = ('0090334100be', $f->domain);
my $api = $f->url($f->base . '/api');
$f->cli(qw(domain add north.example));
$f->cli(qw(device add), $id, qw(--domain north.example --offer 10));
my $device = $f->device(id => $id)->connect;
$device->wait_for('password');
wait_until(sub { $f->api({mt => 'GetDevice', hwId => $id})->{device}{online} });
my $uri = $f->api({mt => 'GetDevice', hwId => $id})->{device}{uri};

# ---- pages of others --------------------------------------------------------

# A form that posts a message by itself, as text/plain: its name and value are
# the two sides of a "=" inside the last member.
sub form ($message) {
	my ($before) = encode_json($message) =~ /^(.*)\}$/;
	$before .= ',"x":"';
	$before =~ s/"/&quot;/g;
	return qq|<form id="f" method="post" enctype="text/plain"
	    action="$api"><input name="$before" value="&quot;}"></form>
	    <script>document.getElementById('f').submit()</script>|;
}

# A page that posts by script, with the login the browser remembers, and shows
# when that is over.
sub script ($message) {
	my $body = encode_json(encode_json($message));
	return qq{<p>wait</p><script>
	    fetch("$api", {method: "POST", mode: "no-cors",
		credentials: "include", body: $body}).catch(() => 0).then(() =>
		document.querySelector("p").textContent = "sent")</script>};
}

my %page;
my $evil = Mojo::Server::Daemon->new(silent => 1,
    listen => ['http://127.0.0.1:0']);
my $app = Mojolicious->new(secrets => ['x']);
$app->log->level('fatal');
$app->routes->any('/:name' => sub ($c) {
	$c->render(data => $page{$c->stash('name')} // '', format => 'html');
});
$evil->app($app)->start;
my $port = $evil->ports->[0];
$device->answer(sub ($r) { {headers => ['Content-Type: text/html'],
    body => $page{$r->{target} =~ m{([^/]+)$} ? $1 : ''} // 'nothing'} });

my %from = ('another port' => "http://127.0.0.1:$port/",
    'another site' => "http://localhost:$port/",
    "a device's page in the sandbox" => $uri);

# ---- the browser --------------------------------------------------------------

my $c = Chromium->new;
my $refused = '{"error":"foreign origin"}';
my $domains = sub { join ' ', map { $_->{name} }
    @{$f->api({mt => 'GetDomains'})->{domains}} };
my $before = $domains->();

sub log_in_csvapi {
	my $url = $f->url($f->base . '/csvapi?domain=none.example&type=history')
	    =~ s{//}{"//$user:" . $f->password . '@'}er;
	$c->go($url);
	return $c->text;
}

# Every page, by form and by script: refused, and nothing is changed.
sub attack ($when) {
	my %message = (AddDomain => {name => 'evil.example'},
	    SetInstancePassword => {password => 'evil'},
	    GrantAccess => {domainId => 2, targetId => 1});
	for my $mt (sort keys %message) {
		my $m = {mt => $mt, %{$message{$mt}}};
		for my $who (sort keys %from) {
			@page{qw(form script)} = (form($m), script($m));
			$c->go("$from{$who}form");
			ok wait_until(sub { index($c->text, $refused) == 0 }, 5),
			    "$when: $mt by a form of $who is refused"
			    or diag $c->url, ' ', $c->text;
			my $so_far = Chromium::refusals($f);
			$c->go("$from{$who}script");
			wait_until(sub { $c->text eq 'sent' });
			ok wait_until(sub { Chromium::refusals($f) > $so_far }, 5),
			    "$when: so is what a script of $who sends";
		}
	}
	is $domains->(), $before, "$when: no domain was made";
	is_deeply $f->api({mt => 'GetAccess', domainId => 2})->{domainIds}, [],
	    "$when: no access was granted";
	is $f->api({mt => 'GetUserInfo'})->{admin}, 1,
	    "$when: the password is the old one";
}

subtest 'a foreign page acts for who is logged in at csvapi' => sub {
	like log_in_csvapi(), qr/^domain does not exist or may not be seen/,
	    'the browser is logged in';
	attack('csvapi');
};

subtest 'what is ours cannot be read by a foreign page' => sub {
	my @urls = ($f->url($f->base . '/csvapi?all=1&type=history'), $api,
	    $f->url('/health'));
	$page{empty} = 'empty';
	for my $who (sort keys %from) {
		$c->go("$from{$who}empty");
		is $c->run('return fetch(arguments[0], {credentials: "include"})'
		    . '.then(r => "read " + r.status, () => "refused")', $_),
		    'refused', "$_ by $who" for @urls;
	}
};

subtest 'a foreign page acts for who is logged in at the API' => sub {
	like $c->log_in($f), qr/^200 .*"admin":true/, 'the browser is logged in';
	attack('the API');
	$c->go($f->url('/health'));
	like $c->run(<<'JS', $api), qr/^200 .*"admin":true/,
		return fetch(arguments[0], {method: "POST",
		    body: '{"mt":"GetUserInfo"}'}).then(async r =>
			r.status + " " + await r.text());
JS
	    'a page of our own origin still works, by the remembered login';
};

subtest 'headers of a device that act on a whole origin' => sub {
	my @acting = ('NEL: {"report_to":"x","max_age":99}',
	    'Report-To: {"group":"x","max_age":99,"endpoints":[]}',
	    "Reporting-Endpoints: x=\"http://localhost:$port/\"",
	    'Clear-Site-Data: "storage", "cookies"', 'Set-Login: logged-out',
	    'Origin-Agent-Cluster: ?1', 'Accept-CH: DPR',
	    'Service-Worker-Allowed: /', 'Use-As-Dictionary: match="/*"',
	    'SourceMap: /x', 'Timing-Allow-Origin: *');
	my @plain = ('Content-Type: text/html', 'ETag: "1"', 'X-Own: 1');
	$device->answer(sub ($r) { {headers => [@plain, @acting],
	    body => '<p>hello'} });
	$c->go($f->url('/health'));
	$c->run('localStorage.setItem("kept", "yes")');
	my $names = $c->run(<<'JS', "${uri}x");
		return fetch(arguments[0]).then(r => [...r.headers.keys()]);
JS
	my %seen = map { $_ => 1 } @$names;
	ok !$seen{lc s/:.*//r}, s/:.*//r . ' does not reach the browser'
	    for @acting;
	ok $seen{lc s/:.*//r}, s/:.*//r . ' does' for @plain;
	ok !$seen{'x-content-type-options'}, 'none is put in of ours';
	$c->go("${uri}x");
	is $c->text, 'hello', 'the page is shown';
	$c->go($f->url('/health'));
	is $c->run('return localStorage.getItem("kept")'), 'yes',
	    'what a page of ours has stored is still there';
};

$c->end;
$device->disconnect;
done_testing;
