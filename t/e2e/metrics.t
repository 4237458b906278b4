# /metrics is what Prometheus wants, and the rules and the dashboard that come
# with it ask for nothing else.
use Fleetline;
use Cwd qw(getcwd);
use File::Temp;
use Mojo::File qw(path);
use Promtool;

my $f = Fleetline->new;
$f->cli(qw(domain add north.example));
$f->api({mt => 'GetDomains'});
my $d = $f->device(id => '009033000001', product => 'Q-Product',
    more => {name => 'Q-Name'})->connect;
wait_until(sub { !$f->api({mt => 'AssignDevice', hwId => '009033000001',
    domainId => 2})->{error} });
$d->wait_for('password');
wait_until(sub { $f->api({mt => 'GetDevice', hwId => '009033000001'})
    ->{device}{online} });

sub metrics { $f->get('/metrics')->body }

# Value by name and labels.
sub values_of ($text) {
	return map { /^([^# ].*) (\S+)$/ ? ($1 => $2) : () } split /\n/, $text;
}

# Whatever somebody wrote into the database.
sub rename_domain ($id, $sql) {
	my ($rc, $out, $err) = $f->sql(
	    "UPDATE domain SET name = $sql WHERE id = $id");
	is $rc, 0, 'a domain is named by hand' or diag $err;
}

my ($promtool, $why) = Promtool::find();

sub promtool ($input, @args) {
	my $file = File::Temp->new;
	path($file)->spurt($input // '');
	return $f->command('sh', '-c', 'exec "$@" <"$0" 2>&1', "$file",
	    $promtool, @args);
}

subtest 'values' => sub {
	my ($rc) = $f->sql(q{INSERT INTO alarm (domain_id, kind, subject, detail,
	    raised, told, cleared) VALUES (2, 'offline', 'a', '', 1, 0, 0),
	    (2, 'offline', 'b', '', 1, 0, 9)});
	is $rc, 0, 'one alarm holds, one is over';
	($rc) = $f->sql(q{INSERT INTO alarm_letter (domain_id, way, guid, tries,
	    due, subject, body) VALUES (2, 0, 'g', 1, 99999999999999, '', '')});
	is $rc, 0, 'a letter waits';
	my %v = values_of(metrics());
	is $v{'fleetline_devices_assigned{domain="north.example"}'}, 1,
	    'devices of a domain, by its name';
	is $v{'fleetline_devices_online{domain="north.example"}'}, 1,
	    'those online';
	is $v{'fleetline_devices_online{domain="example.com"}'}, 0, 'none';
	is $v{fleetline_hub_devices}, 1, 'the hub knows it';
	cmp_ok abs($v{fleetline_hub_start_time_seconds} - time), '<', 300,
	    'times are seconds';
	cmp_ok abs($v{fleetline_jobs_last_run_timestamp_seconds} - time), '<',
	    300, 'the last run of the jobs';
	is $v{fleetline_alarms}, 1, 'alarms that hold';
	is $v{fleetline_alarm_letters_waiting}, 1, 'letters that wait';
	my $status = $f->cli_json('status')->{hub};
	my @hub = grep { /^fleetline_hub_/ && !/_up$/ } keys %v;
	is @hub, grep({ $_ ne 'boot' } keys %$status) + 0,
	    "each number of the hub's status is a metric";
};

subtest 'jobs' => sub {
	wait_until(sub { my %v = values_of(metrics()); $v{fleetline_tasks_up} });
	my %v = values_of(metrics());
	is $v{fleetline_tasks_up}, 1, 'fleetline-tasks is at work';
	is $v{fleetline_saves}, 0, 'nothing is saved yet';
	# Disabled, so that nobody works on them.
	my $job = "domain_id, name, enabled, release, parts, rule, zone, hours,"
	    . " keep_launcher, stages, threshold, next, target, login, keep, days,"
	    . " state, wish, due, round, began, ended, outcome, trouble, work,"
	    . " created";
	my $rest = "0, '', '', '', 'UTC', '', 0, 1, 100, 0, '', '', 0, 0, 0";
	my ($rc, undef, $err) = $f->sql("INSERT INTO job (id, $job) VALUES"
	    . " (901, 2, 'well', $rest, 0, 0, 0, 5, 6, 1, '', 1, 1),"
	    . " (902, 2, 'badly', $rest, 0, 0, 0, 5, 6, 4, '', 1, 1),"
	    . " (903, 2, 'again', $rest, 2, 99999999999999, 1, 5, 6, 4, '', 1, 1);"
	    . " INSERT INTO task SELECT j.id, d.id, 2, 0, '', 0, 0,"
	    . " 99999999999999, 1, 5, 0, '' FROM job j JOIN device d"
	    . " WHERE d.hw_id = '009033000001' AND j.id < 903;"
	    . " UPDATE task SET state = 4, ended = 7000 WHERE job_id = 901;"
	    . " UPDATE task SET state = 5, ended = 8000 WHERE job_id = 902;"
	    . " UPDATE task SET state = 5, tries = 2 WHERE job_id = 902;"
	    . " INSERT INTO save_text SELECT 1, id, NULL, zeroblob(32),"
	    . " zeroblob(32), zeroblob(9), '' FROM device WHERE hw_id = '009033000001';"
	    . " INSERT INTO save SELECT n.id, d.id, 2, 901, 1, 9000 + n.id, 40 + n.id,"
	    . " zeroblob(32), '' FROM device d JOIN (SELECT 1 AS id UNION SELECT 2) n"
	    . " WHERE d.hw_id = '009033000001'; DELETE FROM save WHERE id = 1");
	is $rc, 0, 'jobs, tasks and saves' or diag $err;
	%v = values_of(metrics());
	is_deeply [map { $v{qq(fleetline_jobs{state="$_"})} } qw(idle waiting
	    preparing running)], [2, 1, 0, 0], 'jobs by state';
	is $v{fleetline_jobs_failed}, 1,
	    'one has failed; one that is repeated has not yet';
	is_deeply [map { $v{qq(fleetline_tasks{state="$_"})} } qw(waiting active
	    away done failed skipped unfit)], [0, 0, 0, 1, 1, 0, 0],
	    'devices by result';
	is_deeply [map { $v{"fleetline_tasks_$_"} } qw(done_total failed_total
	    last_done_timestamp_seconds)], [1, 1, 7],
	    'what came of them is counted once';
	is_deeply [map { $v{"fleetline_saves$_"} } '', qw(_made_total
	    _made_bytes_total _last_made_timestamp_seconds)], [1, 2, 83, 9.002],
	    'a save that has gone was made, and is listed no more';
	$f->sql('DELETE FROM job WHERE id > 900');
	%v = values_of(metrics());
	is $v{fleetline_tasks_done_total}, 1, 'a counter does not go back';
};

subtest 'names' => sub {
	my $text = metrics();
	unlike $text, qr/Q-Product|Q-Name|009033000001/,
	    'no label says what a device says of itself';
	rename_domain(2, q['x"} 1' || char(10) || 'injected_total 7' || char(92)]);
	my @lines = split /\n/, metrics();
	is scalar(grep { /^injected/ } @lines), 0,
	    'the name of a domain makes no line';
	is scalar(grep { $_ eq
	    'fleetline_devices_online{domain="x\"} 1\ninjected_total 7\\\\"} 1' }
	    @lines), 1, 'it is escaped';
	rename_domain(2, q{CAST(x'61ff62' AS TEXT)});
	ok grep({ $_ eq 'fleetline_devices_online{domain="a?b"} 1' }
	    split /\n/, metrics()), 'what is no UTF-8 is replaced';
	rename_domain(2, q{'north.example'});
};

subtest 'many domains' => sub {
	my ($rc, $out, $err) = $f->sql('WITH RECURSIVE n(i) AS (SELECT 100'
	    . ' UNION ALL SELECT i + 1 FROM n WHERE i < 1200) INSERT INTO domain'
	    . " (id, name, epoch) SELECT i, 'd' || i || '.example', 1 FROM n;"
	    . ' INSERT INTO device (id, hw_id, domain_id, rev, type) SELECT'
	    . " id, 'x' || id, id, 1, 2 FROM domain WHERE id >= 100");
	is $rc, 0, 'a thousand are added' or diag $err;
	my %v = values_of(metrics());
	is scalar(grep { /^fleetline_devices_online\{/ } keys %v), 1001,
	    'so many series, however many domains';
	# 1,102 devices, of which 1,000 are listed.
	is $v{'fleetline_devices_assigned{domain=""}'}, 102,
	    'the others are one sum';
};

subtest 'promtool check metrics' => sub {
	plan skip_all => $why unless $promtool;
	my ($rc, $out) = promtool(metrics(), qw(check metrics));
	is $rc, 0, 'finds nothing' or diag $out;
	is $out, '', 'not even a word';
	($rc) = promtool("# TYPE a_total gauge\na_total 1\n", qw(check metrics));
	isnt $rc, 0, 'it would have';
};

# ---- what comes with it -----------------------------------------------------

my $etc = path('etc/prometheus');
my $rules = $etc->child('rules.yml')->slurp;
my $dashboard = decode_json($etc->child('dashboard.json')->slurp);

# Names of metrics in expressions that are not given.
sub unknown ($text, @expr) {
	my %given = map { $_ => 1 } $text =~ /^# TYPE (\S+) /mg;
	my %asked = map { $_ => 1 } map { /\b(fleetline_\w+)/g } @expr;
	return join ' ', grep { my $n = $_;
	    !$given{$n} && !$given{$n =~ s/_bucket$//r} } sort keys %asked;
}

subtest 'rules and dashboard' => sub {
	my $text = metrics();
	is unknown($text, 'rate(fleetline_no_such[5m])'), 'fleetline_no_such',
	    'a metric that is not there is found';
	my @expr = $rules =~ /^\s+expr: (.*)$/mg;
	cmp_ok scalar @expr, '>=', 8, 'there are rules';
	is unknown($text, @expr), '', 'rules ask for metrics that are there';
	@expr = map { $_->{expr} } map { @{$_->{targets}} } @{$dashboard->{panels}};
	cmp_ok scalar @expr, '>=', 10, 'there are panels';
	is unknown($text, @expr), '', 'panels ask for metrics that are there';
	my %shown = map { $_ => 1 } map { /\b(fleetline_\w+)/g } @expr;
	is join(' ', grep { /^fleetline_(?:jobs|tasks|saves)/ && !$shown{$_} }
	    $text =~ /^# TYPE (\S+) /mg), '',
	    'each figure of jobs, their devices and saves has its panel';
	my (%id, %place);
	for my $panel (@{$dashboard->{panels}}) {
		my ($x, $y, $w, $h) = @{$panel->{gridPos}}{qw(x y w h)};
		$id{$panel->{id}}++;
		for my $at ($y .. $y + $h - 1) { $place{"$_ $at"}++ for $x .. $x + $w - 1 }
	}
	is join(' ', grep { $id{$_} > 1 } sort keys %id), '', 'each panel has an id of its own';
	is scalar(grep { $_ > 1 } values %place), 0, 'and a place of its own';
	my $tests = $etc->child('rules_test.yml')->slurp;
	is join(' ', grep { $tests !~ /alertname: \Q$_\E$/m }
	    $rules =~ /alert: (\w+)/g), '', 'each alert is tested';
};

subtest 'promtool on rules' => sub {
	plan skip_all => $why unless $promtool;
	my ($rc, $out) = promtool('', qw(check rules), "$etc/rules.yml");
	is $rc, 0, 'they are right' or diag $out;
	($rc, $out) = promtool('', qw(test rules), "$etc/rules_test.yml");
	is $rc, 0, 'they fire when they should' or diag $out;
	for my $panel (@{$dashboard->{panels}}) {
		for my $expr (map { $_->{expr} } @{$panel->{targets}}) {
			my $group = encode_json({groups => [{name => 'x',
			    rules => [{record => 'x', expr => $expr}]}]});
			my $file = File::Temp->new(SUFFIX => '.yml');
			path($file)->spurt($group);
			($rc, $out) = promtool('', qw(check rules), "$file");
			is $rc, 0, "$panel->{title}: an expression" or diag $out;
		}
	}
	my $dir = File::Temp->newdir;
	my $scrape = $etc->child('scrape.yml')->slurp;
	$scrape =~ s{/etc/prometheus}{$dir}g;
	path($dir, 'fleetline-rules.yml')->spurt($rules);
	path($dir, 'fleetline.key')->spurt('flk_1_x');
	path($dir, 'prometheus.yml')->spurt($scrape);
	($rc, $out) = promtool('', qw(check config), "$dir/prometheus.yml");
	is $rc, 0, 'the scrape example is one' or diag $out;
};

$d->disconnect;
done_testing;
