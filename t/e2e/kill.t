# kill -9 of each program at random moments under load: the service returns by
# itself, no acknowledged change is lost, every device comes back.
#
# Three kills of each; with FLEETLINE_LONG=1 twenty.  SEED=n repeats a run.
use Fleetline;
use List::Util qw(max shuffle);
use Mojo::File qw(path);
use Mojo::IOLoop;
use Raw;

use constant {DEVICES => 24, WRITERS => 3, BACK => 30};

my $times = $ENV{FLEETLINE_LONG} ? 20 : 3;
my $seed = $ENV{SEED} // int rand 1 << 30;
srand $seed;
diag "seed $seed";

my $f = Fleetline->new(demo => 1);
chomp(my $key = $f->cli(qw(key add admin --name load)));
my ($north) = map { $_->{id} } grep { $_->{name} eq 'north.example' }
    @{$f->cli_json(qw(domain list))};
my @hw_ids = map { $_->{hwId} } grep { $_->{domainId} }
    @{$f->api({mt => 'GetDevices'}, key => $key)->{devices}};
is scalar @hw_ids, DEVICES, 'there are devices to begin with';

# ---- writers: what was acknowledged, and what may have been ---------------

my (%category, %name, %acked, %answers, $n, $stopped, $running);

# After an unacknowledged change the old and the new value are both right.
sub remember ($of, $what, $value, $ok) {
	$of->{$what} = {} if $ok;
	$of->{$what}{$value} = 1;
	$acked{$ok ? 'acknowledged' : 'open'}++;
}

sub post_p ($m) {
	my $tx = $f->ua->build_tx(POST => $f->url($f->base . '/api'), {
	    Authorization => "Bearer $key"}, encode_json($m));
	return $f->ua->start_p($tx)->then(sub ($tx) {
		my $r = eval { decode_json($tx->res->body) } // {};
		$answers{$tx->res->code . ' ' . ($r->{error} // 'ok')}++;
		return $tx->res->code == 200 && !$r->{error} && $r;
	}, sub { $answers{none}++; return 0 });
}

sub add_category () {
	my $name = 'k' . ++$n;
	return post_p({mt => 'AddCategory', domainId => $north, name => $name})
	    ->then(sub ($r) {
		remember(\%category, $name, $r ? $r->{id} : 'any', $r);
		$category{$name}{''} = 1 unless $r;
	});
}

sub drop_category () {
	my ($name) = grep { join(' ', keys %{$category{$_}}) =~ /^\d+$/ }
	    shuffle keys %category;
	return add_category() unless defined $name;
	my ($id) = keys %{$category{$name}};
	# Not to be chosen again while this is on its way.
	remember(\%category, $name, '', 0);
	return post_p({mt => 'DeleteCategory', id => 0 + $id})->then(sub ($r) {
		remember(\%category, $name, '', $r);
	});
}

sub rename_device ($hw_id) {
	my $name = 'name ' . ++$n;
	return post_p({mt => 'EditDevice', hwId => $hw_id, name => $name})
	    ->then(sub ($r) { remember(\%name, $hw_id, $name, $r) });
}

# Each writer has devices of its own, so that changes of one do not overlap.
sub write_on ($i) {
	my @mine = map { $hw_ids[$_] } grep { $_ % WRITERS == $i } 0 .. $#hw_ids;
	my $what = int rand 4;
	my $p = $what == 0 ? drop_category() : $what == 1 ? add_category()
	    : rename_device($mine[rand @mine]);
	$running++;
	$p->finally(sub {
		$running--;
		Mojo::IOLoop->timer(0.005 => sub { write_on($i) })
		    unless $stopped;
	});
}

# Devices that come, say who they are, and vanish.
sub come_and_go ($i) {
	return if $stopped;
	my $d = $f->device(id => sprintf '0090330c%04x', $i % 500);
	$d->connect_p->catch(sub { });
	Mojo::IOLoop->timer(0.2 => sub { $d->vanish });
	Mojo::IOLoop->timer(0.04 => sub { come_and_go($i + 1) });
}

# ---- the service ----------------------------------------------------------

sub hub_status () {
	my $r = eval {
		my $c = Raw->unix($f->run_folder . '/control.sock')->seconds(2);
		$c->write("GET /status HTTP/1.1\r\nHost: x\r\n"
		    . "Connection: close\r\n\r\n");
		$c->response;
	} // return {};
	return decode_json($r->{body});
}

sub all_online () {
	return 0 unless (hub_status()->{devices} // 0) == DEVICES;
	my $r = eval { $f->api({mt => 'GetDevices'}, key => $key) } // return 0;
	return DEVICES == grep { $_->{online} && $_->{domainId} }
	    @{$r->{devices} // []};
}

sub healthy () { ($f->get('/health')->code // 0) == 200 }

sub worker_of ($master) {
	my @workers = map { m{/(\d+)/stat$} ? $1 : () } grep {
		(eval { path($_)->slurp } // '') =~ /\) \S (\d+) /
		    && $1 == $master } glob '/proc/[0-9]*/stat';
	return $workers[rand @workers];
}

my %victim = (hub => sub { $f->pid('hub') }, devices =>
    sub { $f->pid('devices') }, rules => sub { $f->pid('rules') },
    'nginx master' => sub { $f->pid('nginx') },
    'nginx worker' => sub { worker_of($f->pid('nginx')) });

# Seconds until all is well again, undef if it is not.
sub strike ($who) {
	pause(0.1 + rand 0.6);
	my $pid = $victim{$who}->() // return;
	kill 'KILL', $pid or return;
	my $start = time;
	wait_until(sub { !-d "/proc/$pid" }, 5) or return;
	wait_until(sub { healthy() && all_online() }, BACK) or return;
	return time - $start;
}

ok wait_until(sub { all_online() }, BACK), 'all devices are online';
write_on($_) for 0 .. WRITERS - 1;
come_and_go(0);

my %took;
for my $who (shuffle((sort keys %victim) x $times)) {
	my $seconds = strike($who);
	push @{$took{$who}}, $seconds // BACK;
	ok defined $seconds, "all is well after the death of $who"
	    or diag explain hub_status();
}
diag sprintf '%-12s back after %s s', $_, join ' ',
    map { sprintf '%.1f', $_ } @{$took{$_}} for sort keys %took;

# ---- what is left ---------------------------------------------------------

$stopped = 1;
ok wait_until(sub { !$running }, 20), 'every request gets an answer or an end';
diag "$answers{$_} answers: $_" for sort keys %answers;
is_deeply [grep { !/^(?:200 ok|none|503 .*)$/ } keys %answers], [],
    'a change is done, or refused as unavailable, or gets no answer';
cmp_ok $acked{acknowledged}, '>', 50 * $times, 'there was a load';

sub lost () {
	my %there = map { $_->{name} => $_->{id} } @{$f->api({
	    mt => 'GetCategories', domainId => $north}, key => $key)
	    ->{categories}};
	my @lost = grep {
		my $may = $category{$_};
		!$may->{$there{$_} // ''} && !($may->{any} && $there{$_});
	} keys %category;
	my %is = map { $_->{hwId} => $_->{name} } @{$f->api({
	    mt => 'GetDevices'}, key => $key)->{devices}};
	return (@lost, grep { !$name{$_}{$is{$_} // ''} } keys %name);
}

is join(' ', lost()), '', 'no acknowledged change is lost';
my ($rc, $out, $err) = $f->try_cli('check');
is $rc, 0, 'the store is sound' or diag $err;
like $out, qr/\bok\b/, '... and says so';
$f->restart;
is join(' ', lost()), '', 'nothing is lost by a restart either';
ok wait_until(sub { all_online() }, BACK), '... and all devices return';

done_testing;
