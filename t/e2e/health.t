# /health tells the truth: what it calls ok can be read and written, and who
# wants to connect can.
use Fleetline;
use File::Temp;
use Mojo::File qw(path);

# Wait until a part says something else than "ok", or "ok" again.
sub part ($f, $part, $want, $seconds = 10) {
	my $said;
	wait_until(sub {
		my $r = eval { decode_json($f->get('/health')->body) } // {};
		$said = $r->{parts}{$part} // '';
		$said eq $want;
	}, $seconds);
	return $said;
}

sub is_up ($f, $seconds = 15) {
	return wait_until(sub { $f->get('/health')->code == 200 }, $seconds);
}

subtest 'a socket that is gone' => sub {
	my $f = Fleetline->new;
	my $run = $f->run_folder;
	for my $name (qw(ws door control internal rules)) {
		ok is_up($f), 'all is well';
		rename "$run/$name.sock", "$run/$name.aside" or die $!;
		is part($f, sockets => $name), $name, "$name.sock is missed";
		is $f->get('/health')->code, 503, 'so that it is not up';
		rename "$run/$name.aside", "$run/$name.sock" or die $!;
	}
	ok is_up($f), 'it is up when they are back';
};

subtest 'who works on jobs has stopped' => sub {
	my $f = Fleetline->new;
	ok is_up($f), 'all is well';
	is part($f, tasks => 'ok'), 'ok', 'fleetline-tasks works';
	my $pid = $f->pid('tasks');
	kill 'STOP', $pid;
	is part($f, tasks => 'no answer', 20), 'no answer',
	    'when its lease has run out it is missed';
	is $f->get('/health')->code, 200, 'everything else goes on';
	kill 'CONT', $pid;
	is part($f, tasks => 'ok', 20), 'ok', 'it is there again';
};

subtest 'who asks often costs nothing' => sub {
	my $f = Fleetline->new;
	ok is_up($f), 'all is well';
	my $socket = $f->run_folder . '/ws.sock';
	$f->get('/health');
	rename $socket, "$socket.aside" or die $!;
	is $f->get('/health')->code, 200, 'what was found out a moment ago is '
	    . 'told again';
	rename "$socket.aside", $socket or die $!;
};

subtest 'a database that was replaced' => sub {
	my $f = Fleetline->new;
	my $db = $f->state . '/fleetline.db';
	ok is_up($f), 'all is well';
	my %pid = map { $_ => $f->pid($_) } qw(devices rules csvapi dialplan provision billing);
	my ($rc) = $f->try_cli('backup', "$db.copy");
	is $rc, 0, 'a copy is made';
	rename "$db.copy", $db or die $!;
	my $late = $f->api({mt => 'AddDomain', name => 'late.example'});
	ok !$late->{id} || $f->cli(qw(domain list)) =~ /late\.example/,
	    'no change is acknowledged and lost';
	ok wait_until(sub { !grep { ($f->pid($_) // $pid{$_}) == $pid{$_} }
	    keys %pid }), 'the programs end and are started on what is there';
	like $f->log_of('devices'), qr/error \S+ database\.replaced/,
	    'the log says why';
	ok is_up($f), 'and it is up again';
	ok $f->api({mt => 'AddDomain', name => 'new.example'})->{id},
	    'changes are taken again';
};

# Programs that started anew one by one would see a torn database.
subtest 'a log of writes that was removed' => sub {
	my $f = Fleetline->new;
	my $log = $f->state . '/fleetline.db-wal';
	ok is_up($f), 'all is well';
	ok $f->api({mt => 'AddDomain', name => 'before.example'})->{id},
	    'a change stands in it';
	my $pid = $f->pid('devices');
	unlink $log or die $!;
	ok $f->api({mt => 'AddDomain', name => 'late.example'})->{error},
	    'no change is acknowledged and lost';
	is part($f, database => 'replaced'), 'replaced', 'it is said';
	is $f->pid('devices'), $pid, 'the programs stay';
	like $f->log_of('rules'), qr/stop all programs, then start them/,
	    'the log says what to do';
	$f->restart;
	ok is_up($f), 'which helps';
	like $f->cli(qw(domain list)), qr/before\.example/,
	    'and the change is there';
};

subtest 'a full disk' => sub {
	my $disk = File::Temp->newdir('fleetline-disk-XXXXXX', TMPDIR => 1);
	plan skip_all => 'only root can mount a small disk' if $> != 0;
	plan skip_all => 'no small disk can be mounted here'
	    if system('mount', '-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', $disk);
	my $f = eval { Fleetline->new(state => "$disk/state") };
	ok $f, 'an instance fits on it' or diag $@;
	ok is_up($f), 'all is well';
	$f->cli(qw(domain add before.example));
	system 'sh', '-c', 'exec cat /dev/zero >"$0" 2>/dev/null', "$disk/filler";
	is part($f, database => 'disk full'), 'disk full', 'it is said';
	is $f->get('/health')->code, 503, 'and it is not up';
	my @names = map { "full-$_.example" } 1 .. 200;
	my @refused = grep { !$_->[1]{id} } map { [$_, $f->api({
	    mt => 'AddDomain', name => $_, password => 'x' x 100})] } @names;
	ok @refused, 'changes are refused';
	is_deeply [grep { $_->[1]{error} ne 'disk full' } @refused], [],
	    'in the form of the interface';
	unlink "$disk/filler";
	ok is_up($f), 'it is up again when there is room';
	my %there = map { $_->{name} => 1 } @{$f->cli_json(qw(domain list))};
	my %refused = map { $_->[0] => 1 } @refused;
	is_deeply [grep { !$there{$_} == !$refused{$_} } @names], [],
	    'what was acknowledged is there, what was refused is not';
	my ($rc) = $f->try_cli('check');
	is $rc, 0, 'and the store is sound';
	$f->stop;
	system('umount', $disk) == 0 or diag "cannot umount $disk";
};

subtest 'who writes on trial has stopped' => sub {
	my $f = Fleetline->new;
	ok is_up($f), 'all is well';
	my ($rc) = $f->sql('UPDATE probe SET time = time - 31000');
	is $rc, 0, 'the last write is made half a minute older';
	isnt part($f, database => 'not written', 4), '', 'it is looked at';
	# It comes ten seconds after the last one, by who has other work as well.
	ok is_up($f, 40), 'the next write heals it';
};

done_testing;
