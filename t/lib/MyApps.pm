# MyApps -- the window of myApps, around a page of ours in a real browser.
#
#	my $w = MyApps->new;				# it listens
#	my $f = Fleetline->new(conf => {console => {frame_ancestors => $w->origin}});
#	my $c = $w->open($f);				# the browser, a Console
#	$w->framed('innovaphone-devices.htm', 'name=devices');
#	my $ask = $w->wait_got('getLogin');		# what the page says
#	$w->say($w->login_for($ask));			# what it hears
#	$w->inside('return location.href');		# run in the page
#	is scalar $w->sent('AppLogin'), 1, '...';	# to the server
#
# Both windows note what their scripts do (SPY): "seen.sent" and "seen.came" on
# websockets, "seen.tries" with the time that was waited before each, "seen.lines"
# of the console.  With hurry=60 in the query of a page a minute of its timers
# is a second; build=URL is what the server is made to answer to CheckBuild.
package MyApps;
use Mojo::Base -base, -signatures;
use Console;
use Digest::SHA qw(sha256_hex);
use Fleetline ();
use Mojo::JSON qw(decode_json encode_json to_json);
use Mojo::Server::Daemon;
use Mojo::Util qw(encode url_escape);
use Mojolicious;
use Test::More;

# They end before all that they stand on is gone.
my @servers;
END { @servers = () }

has address => '127.0.0.1';
has [qw(c f)];
has info => qq({"appobj":"devices","b":1,"a":[2],"cn":"Ada \x{dc}ring / \\"x\\""});
has password => 'North-1';
has port => sub ($self) {
	my $server = Mojo::Server::Daemon->new(silent => 1,
	    listen => ['http://' . $self->address . ':0']);
	my $app = Mojolicious->new(secrets => ['x']);
	$app->log->level('fatal');
	$app->routes->any('/parent' => sub ($c) {
		$c->render(format => 'html', data => _window());
	});
	$app->routes->any('/empty' => sub ($c) {
		$c->render(format => 'html', data => '<link rel="icon" href="data:,">');
	});
	push @servers, $server->app($app)->start;
	return $server->ports->[0];
};

use constant SPY => <<'JS';
(() => {
const hurry = Number(new URLSearchParams(location.search).get("hurry") ?? 1);
const build = new URLSearchParams(location.search).get("build");
const seen = window.seen = {sent: [], came: [], tries: [], lines: [], asked: 0};
const later = window.setTimeout.bind(window);
let waited = 0;
window.setTimeout = (fn, ms = 0, ...more) => later(() => {
	waited = ms;
	try { fn(...more); } finally { waited = 0; }
}, ms / hurry);
const Real = window.WebSocket;
window.WebSocket = class extends Real {
	constructor(...args) {
		super(...args);
		seen.tries.push({url: String(args[0]), waited});
		this.addEventListener("message", e => seen.came.push(e.data));
	}
	send(text) { seen.sent.push(text); super.send(text); }
	set onmessage(fn) {
		super.onmessage = e => {
			const m = JSON.parse(e.data);
			fn(build && m.mt === "CheckBuildResult" ? {data:
				JSON.stringify({...m, url: build})} : e);
		};
	}
};
for (const name of ["log", "info", "warn", "error", "debug"]) {
	const real = console[name];
	console[name] = (...all) => { seen.lines.push(all.join(" ")); real(...all); };
}
addEventListener("error", e => seen.lines.push(e.message));
addEventListener("unhandledrejection", e => seen.lines.push(String(e.reason)));
const look = () => { seen.asked += document.querySelectorAll(
	"[type=password], .login form").length; };
new MutationObserver(look).observe(document, {subtree: true, childList: true});
})();
JS

sub _window { <<'EOF' }
<link rel="icon" href="data:,"><input id="own"><iframe></iframe><script>
const got = [], raw = [];
let loads = 0;
const frame = document.querySelector("iframe");
const inner = () => frame.contentWindow;
addEventListener("message", e => {
	if (e.source !== inner()) return;
	raw.push(typeof e.data);
	got.push({at: performance.now(), ...JSON.parse(e.data)});
});
const say = m => inner().postMessage(typeof m === "string" ? m
	: JSON.stringify(m), "*");
frame.onload = () => loads++;
frame.src = decodeURIComponent(location.hash.slice(1));
</script>
EOF

sub new ($class, @args) {
	my $self = $class->SUPER::new(@args);
	$self->port;
	return $self;
}

sub origin ($self) {
	return 'http://' . $self->address . ':' . $self->port;
}

# %o: of the Console.
sub open ($self, $f, %o) {
	$self->f($f)->c(Console->new(f => $f, %o));
	$self->c->size(1280, 800)->first_of_all(SPY);
	return $self->c;
}

# Opens a page of ours in the window of myApps.
sub framed ($self, $page, $query, $base = $self->f->base) {
	$self->c->frame(undef)->go('about:blank');
	$self->c->go($self->origin . '/parent#'
	    . url_escape($self->f->url("$base/$page?$query")));
}

# In the window of myApps, and in the page.
sub outside ($self, $js, @args) {
	return $self->c->frame(undef)->run($js, @args);
}

sub inside ($self, $js, @args) {
	my $r = eval { $self->c->frame(undef)->frame(0)->run($js, @args) };
	$self->c->frame(undef);
	return $r;
}

# What the page has said to its parent, of one kind or all.
sub got ($self, $mt = undef) {
	return grep { !$mt || $_->{mt} eq $mt } @{$self->outside('return got')};
}

# The nth message of a kind, once it is there.
sub wait_got ($self, $mt, $n = 1) {
	my @all;
	Fleetline::wait_until(sub { (@all = $self->got($mt)) >= $n })
	    or diag "no $mt";
	return $all[$n - 1] // {};
}

# Another window of the browser, which the one that is seen has opened and
# knows as "other"; go on there.
sub beside ($self, $url) {
	$self->outside('window.other = window.open("about:blank")');
	$self->c->window(1)->first_of_all(SPY)->go($url);
	return;
}

# What it has sent to the server, as text.
sub sent ($self, $mt) {
	return grep { /"mt":"$mt"/ } @{$self->inside('return seen.sent')};
}

sub say ($self, $m) { $self->outside('say(arguments[0])', $m); return }

sub sees_inside ($self, $pattern, $seconds = 10) {
	return Fleetline::wait_until(sub {
		($self->inside('return document.body.innerText') // '') =~ $pattern;
	}, $seconds);
}

# How many there are of a selector in the page.
sub has_inside ($self, $selector) {
	return $self->inside('return document.querySelectorAll(arguments[0]).length',
	    $selector);
}

# Login as the PBX would answer this getLogin; undef leaves a member out.
sub login_for ($self, $ask, %o) {
	my %l = (app => 'innovaphone-devices', domain => 'north.example',
	    sip => 'ada', guid => 'ab' x 16, dn => 'Ada Ring', %o);
	my $digest = sha256_hex(join ':', @l{qw(app domain sip guid dn)},
	    encode('UTF-8', $self->info), $ask->{challenge} // '', $self->password);
	my %m = (mt => 'Login', src => $ask->{src}, pbxObj => 'devices', %l,
	    digest => $digest, key => 'c0ffee' x 10);
	delete @m{grep { !defined $m{$_} } keys %m};
	return to_json(\%m) =~ s/\}$/',"info":' . $self->info . '}'/er;
}

# Opens a page and logs it in.
sub enter ($self, $page, $query, %o) {
	$self->framed($page, $query);
	my $ask = $self->wait_got('getLogin');
	$self->say($self->login_for($ask, %o));
	$self->wait_got('RegisterApi');
	return $ask;
}

# Another App asks the page for something.
sub request ($self, $msg, %o) {
	my %m = (mt => 'ApiRequest', api => 'com.innovaphone.devices',
	    consumer => 'events', src => 'apisrc-1', %o, msg => $msg);
	delete @m{grep { !defined $m{$_} } keys %m};
	$self->say(\%m);
	return;
}

# Nothing that a script has said, and nothing of the browser.
sub is_quiet ($self, $name) {
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is join("\n", @{$self->inside('return seen.lines')}), '',
	    "$name: no script says anything in the console";
	return $self->c->is_quiet($name);
}

1;
