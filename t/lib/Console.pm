# Console -- the console of an instance in a real browser, as a person uses it.
#
#	my $c = Console->new(f => $f, lang => 'en');
#	$c->log_in('anna', 'Secret-1');		# the form
#	$c->view('#/devices');			# another screen
#	$c->choose('Move', '.bulk button');	# the button that is called so
#	is $c->count('.table tr'), 3, '...';
#	$c->is_quiet('devices');		# no complaint of the browser so far
#	$c->shows_well('devices', 'me');	# both languages, wide and narrow
#	$c->by_keyboard('devices', 'me');	# Tab reaches all of each
package Console;
use Mojo::Base 'Chromium', -signatures;
use Fleetline ();
use Mojo::JSON qw(to_json);
use Test::More;

# Most tests make an instance first, meanwhile their browser starts.
Chromium->early;

has 'f';
has lang => 'en';

# %o: query, path (of the page).
sub page_url ($self, %o) {
	return $self->f->url($self->f->base . ($o{path} // '/')) . '?lang='
	    . $self->lang . ($o{query} // '');
}

sub log_in ($self, $user, $password, %o) {
	$self->go($self->page_url(%o) . ($o{hash} // ''));
	$self->run($o{first}) if $o{first};
	$self->type('[name=user]', $user)->type('[name=password]', $password);
	$self->click('.login button');
	return $self->waits_for('nav');
}

# Whether there is such an element, once there is.
sub waits_for ($self, $selector) {
	my $all = 'document.querySelectorAll(' . to_json([$selector])
	    . '[0]).length';
	return Fleetline::wait_until(sub { $self->_changed($all, 0) });
}

sub count ($self, $selector) {
	return $self->run(
	    'return document.querySelectorAll(arguments[0]).length', $selector);
}

# What was there until then is drawn over some frames later.
sub view ($self, $hash) {
	$self->run(<<'JS', $hash);
		location.hash = arguments[0];
		return new Promise(done => {
			let frames = 3;
			const next = () => frames-- ? requestAnimationFrame(next) : done();
			next();
		});
JS
	return $self->waits_for('h1');
}

# Click what is called so; the first of them.
sub choose ($self, $name, $selector = 'button, a') {
	my $done;
	Fleetline::wait_until(sub {
		$done = $self->run(<<'JS', $name, $selector);
			const one = [...document.querySelectorAll(arguments[1])]
				.find(e => e.textContent.trim() === arguments[0]
					&& e.offsetParent && !e.disabled);
			one?.click();
			return Boolean(one);
JS
	}) or diag("nothing is called $name: ", $self->text);
	return $done;
}

# A field of the dialog, by its name, as if typed or chosen.
sub fill ($self, $name, $value) {
	$self->waits_for("dialog [name='$name']");
	return $self->run(<<'JS', $name, $value);
		const e = document.querySelector(`dialog [name="${arguments[0]}"]`);
		if (e.type === "checkbox") {
			if (e.checked !== Boolean(arguments[1])) e.click();
			return;
		}
		e.value = arguments[1];
		e.dispatchEvent(new Event("input", {bubbles: true}));
		e.dispatchEvent(new Event("change", {bubbles: true}));
JS
}

# As if a file of that name and text was chosen in the dialog.
sub choose_file ($self, $name, $text) {
	$self->waits_for('dialog [name=file]');
	return $self->run(<<'JS', $name, $text);
		const e = document.querySelector("dialog [name=file]");
		const files = new DataTransfer();
		files.items.add(new File([arguments[1]], arguments[0]));
		e.files = files.files;
		e.dispatchEvent(new Event("input", {bubbles: true}));
JS
}

# Send the dialog; true when it is gone.
sub submit ($self) {
	$self->click('dialog [type=submit]');
	return Fleetline::wait_until(sub { $self->count('dialog') == 0 });
}

# No error of a script, no file that is missing, nothing that the policy forbade.
sub is_quiet ($self, $where) {
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is join("\n", $self->complaints), '',
	    "$where: the browser has nothing to complain about";
}

# Screens whose lists are loaded, which fit, and which have a word for everything.
sub shows_well ($self, @screens) {
	for my $lang (qw(en de)) {
		$self->lang($lang);
		$self->go($self->page_url . '#/overview');
		$self->waits_for('nav');
		for my $width (1280, 390) {
			$self->size($width, 844);
			$self->shows_whole($_, "$_ in $lang, $width wide,")
			    for @screens;
		}
		$self->is_quiet("all screens in $lang");
	}
}

sub shows_whole ($self, $screen, $name) {
	$self->view("#/$screen");
	ok Fleetline::wait_until(sub { !$self->count('.loading') }),
	    "$name is loaded";
	ok $self->run('return document.documentElement.scrollWidth <= innerWidth'),
	    '... and fits';
	unlike $self->text, qr/\{\w+(\.\w+)*\}|undefined|\[object/, '... in words';
}

# From its heading on, Tab reaches whatever one can do in a screen.
sub by_keyboard ($self, @screens) {
	for my $screen (@screens) {
		$self->view("#/$screen");
		Fleetline::wait_until(sub { !$self->count('.loading') });
		my $n = $self->run(<<'JS');
			if (!window.reached)
				addEventListener("focusin", e => reached.add(e.target));
			window.reached = new Set();
			window.controls = () => [...document.querySelectorAll(
				"main :is(a[href], button, input, select, textarea, summary)")]
				.filter(e => e.tabIndex >= 0 && !e.disabled
					&& e.checkVisibility());
			document.querySelector("h1").focus();
			return controls().length;
JS
		# Tables that scroll are stations, too.
		$self->press("\x{E004}" x ($n + 10));
		is $self->run('return controls().filter(e => !reached.has(e))
		    .map(e => e.textContent.trim() || e.name).join()'), '',
		    "$screen: Tab reaches all there is";
	}
}

1;
