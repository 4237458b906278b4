# Each program that ./start starts is killed under an open console: the console
# says so where it notices, comes back by itself, and what was typed stays.
use Fleetline;
use Console;

my $missing = Chromium::missing();
plan(skip_all => $missing) if $missing;

use constant {ID => '009033400002', WORK => 60, HEALTH => 40};

my $f = Fleetline->new(demo => 1);
$f->cli(qw(account add anna --role system-admin --password-file),
    $f->secret_file('Secret-1'));
my %domain = map { $_->{name} => $_->{id} } @{$f->api({mt => 'GetDomains'})->{domains}};
my $north = $domain{'north.example'};
my @programs = grep { $_ ne 'supervise' } map { m{([^/]+)\.pid$} } glob
    quotemeta($f->run_folder) . '/*.pid';

my $c = Console->new(f => $f);
$c->size(1280, 900);
ok $c->log_in('anna', 'Secret-1'), 'anna is here';

sub has ($pattern, $name, $seconds = 10) {
	my $seen = $c->sees($pattern, $seconds);
	ok $seen, $name or diag $c->text;
	return $seen;
}

sub name_of ($id) { $f->api({mt => 'GetDevice', hwId => $id})->{device}{name} }

sub typed { $c->run('return document.querySelector("dialog [name=name]")?.value') }

# A device whose name somebody is about to change.
sub begin ($name) {
	$c->view('#/device/' . ID);
	has(qr/About it/, 'a device is open');
	$c->choose('Edit', '.heading button');
	return $c->fill(name => $name);
}

# Ends it; as long as $sub takes nobody starts it again, nor waits at its socket.
sub without ($program, $sub) {
	my $pid = $f->pid($program);
	my $socket = $f->run_folder . "/$program.sock";
	$f->hold('supervise');
	kill 'KILL', -$pid;
	my $aside = -e $socket && rename $socket, "$socket.aside";
	$sub->();
	rename "$socket.aside", $socket if $aside;
	$f->signal('supervise', 'CONT');
	ok started_after($program, $pid), "$program is started again";
	return $f->ready;
}

sub started_after ($program, $pid) {
	return wait_until(sub { my $new = $f->pid($program); $new && $new != $pid });
}

# ---- those that the console talks to --------------------------------------------

for my $program (qw(hub nginx)) {
	subtest "$program is killed: the connection is lost" => sub {
		begin("by $program");
		without($program, sub {
			ok $c->waits_for('.lost'), 'the console says so';
			has(qr/No connection to fleetline/, '... in words');
			$c->click('dialog [type=submit]');
			has(qr/The connection was lost\. Try again/,
			    'what is sent meanwhile ends in words');
			is typed(), "by $program", '... and stays';
		});
		ok wait_until(sub { !$c->count('.lost') }, 40), 'it is back by itself';
		is typed(), "by $program", '... with what was typed';
		ok $c->submit, 'then it goes through';
		is name_of(ID), "by $program", '... really';
		$c->complaints;
	};
}

subtest 'devices is killed: nobody answers' => sub {
	begin('by devices');
	without(devices => sub {
		$c->click('dialog [type=submit]');
		has(qr/fleetline is busy\. Try again/, 'what is sent ends in words');
		is typed(), 'by devices', '... and stays';
	});
	ok $c->submit, 'once more, and it goes through';
	is name_of(ID), 'by devices', '... really';
	without(devices => sub {
		$c->run("location.hash = '#/accounts'");
		has(qr/fleetline does not answer at the moment/, 'a screen that loads says so');
	});
	has(qr/anna\s+administrator/, '... and is there by itself');
	without(devices => sub {
		$c->run("location.hash = '#/configs?domain=$north'");
		has(qr/fleetline does not answer at the moment/, 'so does a list that lives');
	});
	has(qr/ports of media/, '... and is there by itself, too');
	ok wait_until(sub { !$c->count('.lost, .failed, .loading') }), 'nothing is left of it';
	$c->complaints;
};

subtest 'rules is killed: who logs in meanwhile hears it' => sub {
	begin('by rules');
	my $other = Console->new(f => $f);
	$other->go($other->page_url);
	$other->waits_for('.login form');
	$other->type('[name=user]', 'anna')->type('[name=password]', 'Secret-1');
	without(rules => sub {
		$other->click('.login button');
		ok $other->sees(qr/fleetline is busy\. Try again/), 'in words'
		    or diag $other->text;
		is $other->run('return document.querySelector("[name=user]").value'),
		    'anna', '... and what he has typed stays';
		ok $c->submit, 'who is in already goes on';
	});
	is name_of(ID), 'by rules', '... really';
	$other->click('.login button');
	ok $other->waits_for('nav'), 'then he is in';
	$other->end;
	$c->complaints;
};

# ---- those whose loss it notices where one looks ---------------------------------

subtest 'csvapi is killed: the history ends in words' => sub {
	$c->view("#/rental/$domain{'south.example'}");
	has(qr/PBX user\s+50\b/, 'a rental');
	without(csvapi => sub {
		$c->choose('Download as CSV');
		has(qr/fleetline is not there at the moment/, 'in words');
	});
	$c->choose('Download as CSV');
	like $c->downloaded('rental-history-south.example.csv') // '',
	    qr/PBX-USER;50;/, 'once more, and the file is there';
	$c->complaints;
};

# That fleetline-tasks is away shows when its lease has run out: t/e2e/health.t.
subtest 'the screen of health says who is away, and that he is back' => sub {
	my @parts = qw(billing csvapi deliver dialplan provision rules);
	my $are = sub ($how, $name) {
		for my $part (@parts) {
			has(qr/\b$part\s+$how/, "$part $name", HEALTH);
		}
	};
	$c->view('#/health');
	$are->('works', 'is there');
	my %pid = map { $_ => $f->pid($_) } @parts;
	my @sockets = map { $f->run_folder . "/$_.sock" } @parts;
	$f->hold('supervise');
	kill 'KILL', values %pid;
	# Their sockets are the supervisor's: else a question would wait there.
	rename $_, "$_.aside" or die "$_: $!\n" for @sockets;
	$are->('(?!works)\S', 'is missed');
	rename "$_.aside", $_ for @sockets;
	$f->signal('supervise', 'CONT');
	ok started_after($_, $pid{$_}), "$_ is started again" for @parts;
	$are->('works', 'is there, without a reload');
	has(qr/Everything works/, '... and all is well', HEALTH);
	$c->complaints;
};

# ---- those whose loss it cannot notice --------------------------------------------

subtest 'a message goes through whoever else is away' => sub {
	for my $program (qw(billing csvapi dialplan provision deliver tasks sim)) {
		begin("by $program");
		ok $f->kill_program($program), "$program is killed";
		is typed(), "by $program", '... what is typed stays';
		$f->hold($program);
		ok $c->submit, '... and it is sent while it is away';
		is name_of(ID), "by $program", '... and done';
		$f->signal($program, 'CONT');
	}
	is $c->count('.lost'), 0, 'the console has lost nothing';
	$c->is_quiet('who is not asked');
};

subtest 'provision is killed: a phone is shown when it comes again' => sub {
	my $key = $f->cli(qw(phone-key new north.example)) =~ s/\s//gr;
	$c->view('#/phones');
	has(qr/No phone waits/, 'no phone waits');
	without(provision => sub { has(qr/No phone waits/, 'while it is away none comes') });
	$f->request(GET => "/p/$key/000413922d24.xml");
	has(qr/000413922d24/, 'then one comes, which is shown without a reload');
};

subtest 'deliver is killed: what was saved meanwhile is delivered' => sub {
	$c->view('#/device/' . ID);
	has(qr/clock\s+1\s+1, [^\n]*\s+delivered/, 'a device has its configuration', WORK);
	my ($clock) = map { $_->{id} } grep { $_->{type} eq 'NTP' } @{$f->api(
	    {mt => 'GetDeviceConfigs', domainId => $north})->{configs}};
	without(deliver => sub {
		$c->view("#/config/$clock");
		$c->choose('Edit', '.heading button');
		$c->fill(tz => 'UTC');
		ok $c->submit, 'it is changed';
		$c->view('#/device/' . ID);
		has(qr/clock\s+2\s+1, /, '... and waits');
	});
	has(qr/clock\s+2\s+2, [^\n]*\s+delivered/, 'then it is delivered, which is '
	    . 'shown without a reload', WORK);
};

subtest 'tasks is killed: a job that was started meanwhile goes on' => sub {
	my $job = $f->api({mt => 'AddBackupJob', domainId => $north, name => 'kept',
	    categories => ['Phones']})->{id};
	$c->view("#/backup/$job?domain=$north");
	has(qr/never begun/, 'a job');
	without(tasks => sub {
		$c->choose('Start', '.heading button');
		ok wait_until(sub { $f->api({mt => 'GetBackupJobs', domainId => $north})
		    ->{jobs}[0]{state} ne 'idle' }), 'it is started';
		unlike $c->text, qr/State\s+done/, '... and waits';
	});
	has(qr/State\s+done\b/, 'then it is done, which is shown without a reload', WORK);
};

subtest 'sim is killed: its devices are away, and come back' => sub {
	$c->view('#/device/' . ID);
	has(qr/State\s+online/, 'one is there', WORK);
	without(sim => sub { has(qr/State\s+offline/, '... and then not') });
	has(qr/State\s+online/, '... and is again, without a reload', WORK);
};

# It works for a moment every five minutes, and is killed in one.
subtest 'jobs is killed: its next run does it' => sub {
	begin('half typ');
	my @run = ($f->build . '/sbin/fleetline-jobs', '-c', $f->state . '/fleetline.conf');
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		open STDERR, '>', '/dev/null';
		exec @run or POSIX::_exit(127);
	}
	kill 'KILL', $pid;
	waitpid $pid, 0;
	is $? & 127, 9, 'it is killed';
	is typed(), 'half typ', 'what is typed stays';
	ok $c->submit, '... and goes through';
	is name_of(ID), 'half typ', '... really';
	my ($status, $said) = $f->command_beside(@run);
	is $status, 0, 'it runs again' or diag $said;
	push @programs, 'jobs' unless grep { $_ eq 'jobs' } @programs;
};

is_deeply [sort @programs], [qw(billing csvapi deliver devices dialplan hub jobs nginx
    provision rules sim tasks)], 'that is each program that is started';

$c->end;
done_testing;
