# Chromium -- a real browser, for what only a browser shows.  Debian's chromium,
# driven by its chromedriver over W3C WebDriver.
#
#	my $c = Chromium->new;			# starts it, headless
#	$c->go('http://user:pass@host/x');	# as if typed
#	my $n = $c->run('return document.forms.length');
#	my $r = $c->run('return fetch("/x").then(r => r.status)');
#	my $t = $c->text;			# what the page shows
#	my $q = $c->dialog(1);			# what it asks, once it does; "OK"
#	my $b = $c->downloaded('x.bin');	# what it saved, undef: nothing
#	$c->window(1);				# go on in the one it opened
#	$c->frame(0);				# go on in a frame of the page
#	$c->log_in($f);				# at the API of a Fleetline
#	$c->type('#name', 'anna');		# into a field, as by hand
#	$c->press("/", "\x{E007}");		# keys, wherever the focus is
#	$c->chord("\x{E009}", 'a');		# one, while another is held
#	$c->click('button.save');
#	$c->sees(qr/saved/i);			# waits until the page shows it
#	$c->size(390, 844);			# of what is in sight
#	$c->first_of_all('window.x = 1');	# before the scripts of any page to come
#	my @said = $c->complaints;		# of the browser, since last asked
#
# Everything runs on Mojo's own loop, so that devices and servers of the test
# answer meanwhile.  Browser, driver and their folder end with the object.
# Chromium::missing() says what is not installed, undef if nothing is.
package Chromium;
use Mojo::Base -base, -signatures;
use File::Temp;
use Fleetline ();
use Mojo::IOLoop;
use Mojo::JSON qw(decode_json);
use MIME::Base64 qw(decode_base64);
use Mojo::UserAgent;
use POSIX ();

use constant WAIT => 60;	# seconds for the start and for each command

has [qw(driver port folder coming)];
has prefs => sub { {} };	# of the profile
has ua => sub {
	Mojo::UserAgent->new(inactivity_timeout => WAIT, request_timeout => WAIT);
};

sub missing () {
	for my $program (qw(chromium chromedriver)) {
		return "no $program" unless grep { -x "$_/$program" }
		    split /:/, $ENV{PATH};
	}
	return;
}

# The next object of this class or one below, if it asks for nothing special: its
# browser starts beside all that the test does until then.
my $early;
END { undef $early }

sub early ($class) {
	$early //= $class->_started->_begin unless missing();
	return;
}

sub new ($class, @args) {
	my $self = $class->SUPER::new(@args);
	if ($early && !%{$self->prefs}) {
		$self->$_($early->$_) for qw(driver folder port ua coming);
		$early->driver(undef);
		$early = undef;
		return $self;
	}
	$self = $class->_started(@args);
	$self->session;
	return $self;
}

# Its driver.
sub _started ($class, @args) {
	my $self = $class->SUPER::new(@args);
	$self->folder(File::Temp->newdir('fleetline-chromium-XXXXXX',
	    TMPDIR => 1));
	$self->_start_driver;
	return $self;
}

# Ask for a browser; what becomes of it whoever needs it sees.
sub _begin ($self) {
	my $capabilities = {alwaysMatch => {
		'goog:chromeOptions' => {args => [$self->_flags], prefs =>
		    {'download.default_directory' => $self->folder . '/saved',
		    %{$self->prefs}}},
		'goog:loggingPrefs' => {browser => 'ALL'},
		unhandledPromptBehavior => 'ignore',
		timeouts => {pageLoad => 1000 * WAIT, script => 1000 * WAIT}}};
	$self->coming($self->_ask_p(POST => '/session',
	    {capabilities => $capabilities}));
	$self->coming->catch(sub { });
	return $self;
}

has session => sub ($self) {
	my ($answer, $error);
	$self->_begin unless $self->coming;
	$self->coming->then(sub ($got) { $answer = $got })
	    ->catch(sub ($e) { $error = $e })->wait;
	die $error if defined $error;
	return $answer->{sessionId};
};

# No sandbox: tests may run as root.  Nothing but our own pages is asked for.
sub _flags ($self) {
	return qw(--headless --no-sandbox --disable-gpu --disable-quic
	    --disable-dev-shm-usage --no-first-run
	    --disable-background-networking --disable-component-update
	    --disable-sync), '--user-data-dir=' . $self->folder . '/profile';
}

# The driver draws a free port and says which; it leads a process group.
sub _start_driver ($self) {
	my $log = $self->folder . '/driver';
	my $pid = fork // die "chromium: $!\n";
	setpgrp $pid, $pid;
	if ($pid == 0) {
		$ENV{HOME} = $ENV{TMPDIR} = '' . $self->folder;
		open STDOUT, '>', $log or die $!;
		open STDERR, '>&', \*STDOUT or die $!;
		exec('chromedriver', '--port=0') or POSIX::_exit(127);
	}
	$self->driver($pid);
	my $end = time + WAIT;
	until ($self->port) {
		die "chromium: no driver\n" if time > $end;
		select undef, undef, undef, 0.05;
		$self->port(scalar _port_in($log));
	}
}

sub _port_in ($log) {
	open my $in, '<', $log or return undef;
	local $/;
	return (<$in> // '') =~ /started successfully on port (\d+)/ ? $1 : undef;
}

sub _ask_p ($self, $method, $path, $body = undef) {
	my $tx = $self->ua->build_tx($method =>
	    'http://127.0.0.1:' . $self->port . $path,
	    $body ? (json => $body) : ());
	return $self->ua->start_p($tx)->then(sub ($tx) {
		my $value = decode_json($tx->res->body)->{value};
		die "chromium: $path: $value->{error}: $value->{message}\n"
		    if ref $value eq 'HASH' && $value->{error};
		return $value;
	}, sub ($e) { die "chromium: $path: $e\n" });
}

sub _ask ($self, @question) {
	my ($value, $error);
	$self->_ask_p(@question)->then(sub ($got) { $value = $got })
	    ->catch(sub ($e) { $error = $e })->wait;
	die $error if defined $error;
	return $value;
}

sub _in_session ($self, $method, $path, $body = undef) {
	return $self->_ask($method, '/session/' . $self->session . $path, $body);
}

sub go ($self, $url) {
	$self->_in_session(POST => '/url', {url => "$url"});
	return $self;
}

sub url ($self) { $self->_in_session(GET => '/url') }

# The body of a function; what it returns, when it is a promise, once it is
# there.  @args are its arguments.
sub run ($self, $script, @args) {
	return $self->_in_session(POST => '/execute/sync',
	    {script => $script, args => \@args});
}

# Between two pages there is none.
sub text ($self) {
	return eval { $self->run('return document.body.innerText') } // '';
}

# ---- as a person -------------------------------------------------------------

# The element, once it is there.
sub _element ($self, $selector) {
	my $found;
	Fleetline::wait_until(sub {
		$found = eval { $self->_in_session(POST => '/element',
		    {using => 'css selector', value => $selector}) };
	}) or die "chromium: no $selector\n";
	return '/element/' . (values %$found)[0];
}

sub type ($self, $selector, $text) {
	my $element = $self->_element($selector);
	$self->_in_session(POST => "$element/clear", {});
	$self->_in_session(POST => "$element/value", {text => $text});
	return $self;
}

# What is drawn anew meanwhile, or has not come to rest, is tried again.
sub click ($self, $selector) {
	my $error;
	Fleetline::wait_until(sub {
		return 1 if eval { $self->_in_session(POST =>
		    $self->_element($selector) . '/click', {}); 1 };
		$error = $@;
		return 0;
	}) or die $error;
	return $self;
}

# Keys by their characters; those without one have W3C's (\x{E007} is Enter).
sub press ($self, @keys) {
	return $self->_keys(map { my $key = $_; map { [$_, $key] } qw(keyDown keyUp) }
	    map { split // } @keys);
}

sub chord ($self, $held, $key) {
	return $self->_keys([keyDown => $held], [keyDown => $key], [keyUp => $key],
	    [keyUp => $held]);
}

sub _keys ($self, @events) {
	my @actions = map { {type => $_->[0], value => $_->[1]} } @events;
	$self->_in_session(POST => '/actions', {actions => [{type => 'key',
	    id => 'keyboard', actions => \@actions}]});
	return $self;
}

sub sees ($self, $pattern, $seconds = 10) {
	my $text = '';
	return Fleetline::wait_until(sub {
		($text = $self->_changed('document.body.innerText', $text)) =~ $pattern;
	}, $seconds);
}

# What the page says to $what once that is no longer $before, or after a moment:
# who asks over and over takes the processor from the page.  Between two pages it
# says nothing.
sub _changed ($self, $what, $before) {
	return eval { $self->run(<<"JS", $before) } // '';
		const [before] = arguments, now = () => $what;
		return new Promise(done => {
			const end = () => {
				watch.disconnect();
				clearTimeout(moment);
				done(now());
			};
			const look = () => now() !== before && end();
			const watch = new MutationObserver(look);
			const moment = setTimeout(end, 200);
			watch.observe(document, {attributes: true,
				characterData: true, childList: true, subtree: true});
			look();
		});
JS
}

sub _devtools ($self, $command, $params) {
	return $self->_in_session(POST => '/goog/cdp/execute',
	    {cmd => $command, params => $params});
}

sub size ($self, $width, $height) {
	$self->_devtools('Emulation.setDeviceMetricsOverride', {width => $width,
	    height => $height, deviceScaleFactor => 1, mobile => \0});
	return $self;
}

sub first_of_all ($self, $script) {
	$self->_devtools('Page.addScriptToEvaluateOnNewDocument', {source => $script});
	return $self;
}

# What it shows, as a PNG file.
sub shot ($self, $path) {
	my $png = $self->_in_session(GET => '/screenshot');
	open my $out, '>:raw', $path or die "chromium: $path: $!\n";
	print $out decode_base64($png);
	close $out or die "chromium: $path: $!\n";
	return $self;
}

# Errors and warnings of scripts, of the network and of a policy.
sub complaints ($self) {
	return map { $_->{message} } grep { $_->{level} =~ /SEVERE|WARNING/ }
	    @{$self->_in_session(POST => '/se/log', {type => 'browser'})};
}

# A page of ours logs in, as the one that is to come will; status and answer.
sub log_in ($self, $f) {
	$self->go($f->url('/health'));
	return $self->run(<<'JS', $f->url($f->base . '/api'), $f->domain, $f->password);
		const [url, user, password] = arguments;
		return new Promise(done => {
			const x = new XMLHttpRequest();
			x.open("POST", url, true, user, password);
			x.onloadend = () => done(x.status + " " + x.responseText);
			x.send('{"mt":"GetUserInfo"}');
		});
JS
}

# How often the API of $f has refused a foreign page so far.
sub refusals ($f) { scalar(() = $f->log_of('devices') =~ /login\.foreign/g) }

# A dialog opens by itself; the page waits until it is answered.
sub dialog ($self, $yes) {
	my $text;
	Fleetline::wait_until(sub {
		defined($text = eval { $self->_in_session(GET => '/alert/text') })
	});
	$self->_in_session(POST => $yes ? '/alert/accept' : '/alert/dismiss', {})
	    if defined $text;
	return $text;
}

# Whole: until then the file has another name.
sub downloaded ($self, $name) {
	my $path = $self->folder . "/saved/$name";
	Fleetline::wait_until(sub { -s $path }) or return undef;
	open my $in, '<:raw', $path or return undef;
	unlink $path;
	local $/;
	return scalar <$in>;
}

sub window ($self, $n) {
	my $all;
	Fleetline::wait_until(sub {
		$all = $self->_in_session(GET => '/window/handles');
		@$all > $n;
	});
	$self->_in_session(POST => '/window', {handle => $all->[$n]});
	return $self;
}

sub close_window ($self) {
	$self->_in_session(DELETE => '/window');
	return $self;
}

# Go on in the frame of this number; undef: in the page itself.
sub frame ($self, $n) {
	$self->_in_session(POST => '/frame', {id => $n});
	return $self;
}

sub _stat ($pid) {
	open my $in, '<', "/proc/$pid/stat" or return '';
	return scalar(<$in>) // '';
}

# Processes of a group that have not ended; one that was killed takes a moment.
sub in_group ($group) {
	return grep {
		_stat($_) =~ /\) (\S) \d+ (\d+)/ && $1 ne 'Z' && $2 == $group;
	} map { m{(\d+)$} } glob '/proc/[0-9]*';
}

sub end ($self) {
	my $pid = $self->driver or return;
	eval { $self->_in_session(DELETE => '') } if $self->coming;
	kill 'KILL', -$pid, $pid;
	waitpid $pid, 0;
	Fleetline::wait_until(sub { !in_group($pid) });
	$self->driver(undef);
	return;
}

sub DESTROY ($self) {
	local ($?, $@);
	$self->end;
}

1;
