# Update jobs for phones of other vendors (M7): told to come by SIP, they get the file
# of their vendor that has firmware alone, while their windows are closed, and are
# judged by what they say when they have come again.
use Fleetline;
use Notified;
use feature 'state';

my $f = Fleetline->new(conf => Notified->conf);
my $n = Notified->new(f => $f);
my $secret = 'hush-4711';
$f->cli(qw(domain add north.example));
$f->cli(qw(category add north.example desks --config));
chomp(my $key = $f->cli(qw(phone-key new north.example)));

my $made = 0;
sub phone ($vendor, %o) {
	my %mac = (yealink => '001565', grandstream => '000b82', snom => '000413',
	    cisco => '8843e1', htek => '001fc1');
	my $p = $n->phone(vendor => $vendor, version => '1.0.0', key => $key,
	    domain => 'north.example', secret => $secret,
	    mac => sprintf('%s%06x', $mac{$vendor}, ++$made), %o);
	$f->cli(qw(device set), $p->{mac}, '--category', 'desks');
	return $p;
}

sub job ($models, @o) {
	$f->cli(qw(job add north.example), 'night ' . ++$made, '--release', '2.0.1',
	    '--models', $models, qw(--category desks),
	    (grep { $_ eq '--firmware' } @o) ? () : ('--firmware',
	    'http://files.example/v2.0.1.rom'), @o) =~ /id (\d+)/ or die;
	return $1;
}
sub shown ($id) { (grep { $_->{id} == $id } @{$f->cli_json(qw(job list
    north.example))})[0] }
sub tasks ($id) { +{map { $_->{hwId} => $_ } @{$f->cli_json('job', 'tasks', $id)}} }
sub ended ($id, $seconds = 60) {
	my $j;
	Fleetline::soon(sub { ($j = shown($id))->{outcome} && $j->{state} =~ /^(?:idle|waiting)$/ },
	    $seconds);
	return $j->{outcome};
}
sub domain { state $id = (grep { $_->{name} eq 'north.example' }
    @{$f->cli_json(qw(domain list))})[0]{id} }
sub explained ($mac) {
	my ($row) = grep { $_->{setting} eq 'firmware_url' }
	    @{$f->cli_json(qw(phone explain), $mac)};
	return $row ? "$row->{value} $row->{layer}" : '';
}

# All that it was answered since it was promoted is a file of firmware alone, or the
# same as for everybody.
sub is_closed ($p) {
	my @bad = grep { $_->[1] != 404
	    && !($_->[1] == 200 && $_->[2] =~ /\Q$p->{loads}[0]\E|files\.example/) }
	    @{$p->{got}};
	is scalar @bad, 0, "$p->{vendor}: it got nothing else";
	is scalar(grep { $_->[2] =~ /\Q$secret\E|\Q$p->{mac}\E|\Q$key\E/ }
	    @{$p->{got}}), 0, "... with no secret, no address and no key in it";
	my %body = map { $_->[2] => 1 } grep { $_->[1] == 404 } @{$p->{got}};
	is_deeply [sort keys %body], ["not found\n"],
	    '... and all else was not there, alike' if %body;
}

# ---- from start to end ----------------------------------------------------------------

{
	my @p = map { phone($_) } qw(yealink grandstream snom cisco htek);
	my $offline = $n->phone(vendor => 'yealink', version => '1.0.0', key => $key,
	    domain => 'north.example', secret => $secret, mac => '0015650000ff');
	my $id = job('yealinkT46S,gxp2170,snomD785,spa504G,uc926', '--firmware',
	    'http://files.example/v2.0.1');
	is_deeply {map { $_->{hwId} => $_->{plan} } @{$f->cli_json(qw(job plan), $id)}},
	    {map { $_->{mac} => 'phone:2.0.1' } @p}, 'a plan says what would be done';
	is +(grep { $_->{told} } @p), 0, 'and nobody is told anything by that';
	like $f->cli(qw(job show), $id),
	    qr{^models +yealinkT46S .*snomD785 .*\nfirmware +http://files\.example/v2\.0\.1$}m,
	    'it is shown with its models';
	$f->cli(qw(job start), $id);
	is ended($id), 'done', 'M7: an update job brings firmware to phones of other '
	    . 'vendors';
	for my $p (@p) {
		is "$p->{told} $p->{loads}[0]",
		    '1 ' . ($p->{vendor} =~ /grandstream|htek/ ? '' : 'http://')
		    . 'files.example/v2.0.1', "$p->{vendor} was told once, and loads it";
		is tasks($id)->{$p->{mac}}{state}, 'done', '... which is seen';
		is $f->api({mt => 'GetDevice', hwId => $p->{mac}})->{device}{version},
		    '2.0.1', '... by what it says';
		my $account = $n->account($p);
		is scalar(grep { $_->[0] eq $account && $_->[1] == 200
		    && $p->{vendor} ne 'cisco' } @{$p->{got}}), 0,
		    '... its window was closed the whole time';
		is_closed($p);
		is explained($p->{mac}), 'http://files.example/v2.0.1 device',
		    '... and what it has got stands in its layer';
	}
	is $offline->{told}, 0, 'a phone of no such category is left alone';
	ok((grep { $_->{file} eq 'y000000000028.cfg' && $_->{reason} eq 'given' }
	    @{$f->cli_json(qw(phone trace), $p[0]{mac})}), 'its trace has the file');
	$f->cli('phone', 'window', $p[0]{mac});
	like $f->request(GET => $p[0]{url} . $n->account($p[0]))->body,
	    qr{^static\.firmware\.url = http://files\.example/v2\.0\.1$}m,
	    'its whole file names the same, so that it does not go back';
	$f->cli(qw(job start), $id);
	is ended($id), 'done', 'started once more';
	is $p[0]{told}, 1, 'nobody is told twice';
	$f->cli(qw(job remove --yes), $id);
	$f->cli(qw(device remove --yes), $_->{mac}) for @p;
}

# ---- groups and a threshold ----------------------------------------------------------

{
	$f->cli(qw(setting set jobs.timeout 5));
	my @p = map { phone('snom', way => $_) } ('load') x 2, ('lie') x 2, ('load') x 4;
	$p[3]{way} = 'load';
	# Dealt to groups in the order of their ids: 0 and 4, 1 and 5, ...
	my $id = job('snomD785', qw(--stages 4 --threshold 20));
	$f->cli(qw(job start), $id);
	is ended($id), 'threshold', 'a phone that stays what it was stops the groups';
	is_deeply [map { $_->{told} > 0 ? 1 : 0 } @p], [1, 1, 1, 0, 1, 1, 1, 0],
	    '... the fourth never starts';
	my $t = tasks($id);
	is_deeply [map { $t->{$_->{mac}}{state} } @p],
	    [qw(done done failed skipped done done done skipped)], '... which is told';
	like $t->{$p[2]{mac}}{error},
	    qr/^phone: no 2\.0\.1 in time; it says 1\.0\.0, and was told to come: answered$/,
	    '... with why';
	like $t->{$p[2]{mac}}{hint}, qr/phone trace/, '... and where to look';
	is_deeply [map { explained($_->{mac}) } @p[2, 3]], ['', ''],
	    '... and nothing was set of who failed or never began';
	is_closed($_) for @p[0, 2];
	is $n->phones->{$p[2]{mac}}{version}, '1.0.0', 'it is judged by what it says';
	$f->cli(qw(job remove --yes), $id);
	$f->cli(qw(device remove --yes), $_->{mac}) for @p;
}

# ---- who cannot be told ----------------------------------------------------------------

{
	my ($deaf, $refuses) = map { phone('yealink', way => $_) } qw(deaf refuse);
	my $id = job('yealinkT46S');
	$f->cli(qw(job start), $id);
	is ended($id), 'failures', 'phones that do not come';
	like tasks($id)->{$_->{mac}}{error}, qr/was told to come: answered$/,
	    '... have failed' for $deaf, $refuses;
	is $f->request(GET => "$deaf->{url}y000000000028.cfg")->code, 404,
	    '... and get no firmware any more';
	$f->cli(qw(job remove --yes), $id);
	$f->cli(qw(device remove --yes), $_->{mac}) for $deaf, $refuses;
}

# ---- who else asks meanwhile -------------------------------------------------------------

{
	my $p = phone('yealink', way => 'deaf');
	my $id = job('yealinkT46S');
	$f->cli(qw(domain add south.example));
	chomp(my $other = $f->cli(qw(phone-key new south.example)));
	my ($proof) = $p->{url} =~ m{/([\w-]+)/$};
	$f->cli(qw(job start), $id);
	ok Fleetline::soon(sub { $p->{told} }), 'a job works on a phone';
	is explained($p->{mac}), 'http://files.example/v2.0.1.rom job',
	    'what it gets is explained by that';
	my $agent = $n->agent({%$p, version => '2.0.1'});
	my $ask = sub ($path) { $f->request(GET => $path, {'User-Agent' => $agent}) };
	is_deeply [map { my $res = $ask->($_); $res->code . ' ' . $res->body }
	    "/p/$key/y000000000028.cfg", "/p/$key/$p->{mac}.cfg",
	    "/p/$other/y000000000028.cfg", "/p/$other/$p->{mac}.cfg",
	    "/p/$other/$proof/y000000000028.cfg",
	    "/p/$key/" . ($proof =~ s/(.)$/$1 eq '0' ? 1 : 0/er)
	    . '/y000000000028.cfg'], [("404 not found\n") x 6],
	    'who guesses gets nothing while a job works on a phone';
	my $version = sub { $f->api({mt => 'GetDevice', hwId => $p->{mac}})
	    ->{device}{version} };
	is $version->(), '1.0.0', '... and what he says of a version does not count';
	is $ask->("/p/$key/$proof/$p->{mac}.cfg")->code, 404,
	    'by its own URL its own file is not there either';
	is $version->(), '2.0.1', '... but that says its version';
	is ended($id), 'done', '... by which it is judged';
	is $ask->("/p/$key/$proof/y000000000028.cfg")->code, 404,
	    'then the file is gone';
	$f->cli(qw(job remove --yes), $id);
	$f->cli(qw(device remove --yes), $p->{mac});
}

# ---- which jobs there are ----------------------------------------------------------------

{
	like +($f->try_cli(qw(job add north.example no --release 1 --models vvx400
	    --firmware http://files.example/ --category desks)))[2],
	    qr/these phones take firmware in a window only: set firmware_url and open/,
	    'a vendor whose phones forget what a file leaves out is refused';
	my %wish = (name => 'by message', release => '2.0', categories => ['desks'],
	    models => ['snomD785', 'snomD735'], firmware => 'http://files.example/x');
	is $f->api({mt => 'AddUpdateJob', %wish, domainId => domain(),
	    models => ['snomM700']})->{error},
	    'these phones take firmware in a window only: set firmware_url and open '
	    . 'windows', 'so is a model';
	is $f->api({mt => 'AddUpdateJob', %wish, domainId => domain(),
	    parts => ['boot']})->{error}, 'a job for phones has models, no parts',
	    'models have no parts';
	my $id = $f->api({mt => 'AddUpdateJob', %wish, domainId => domain()})->{id};
	ok $id, 'AddUpdateJob with models';
	my ($job) = grep { $_->{id} == $id } @{$f->api({mt => 'GetUpdateJobs',
	    domainId => domain()})->{jobs}};
	is_deeply {map { $_ => $job->{$_} } qw(work release models firmware)},
	    {work => 'phones', map { $_ => $wish{$_} } qw(release models firmware)},
	    'GetUpdateJobs has them';
	ok !exists $job->{parts} && !exists $job->{keepLauncher}, '... and no parts';
	is $f->api({mt => 'EditUpdateJob', id => $id, models => ['snomD785'],
	    firmware => 'tftp://files.example/y'})->{error}, undef, 'EditUpdateJob';
	is $f->api({mt => 'EditBackupJob', id => $id, name => 'x'})->{error},
	    'not found', 'it is no backup';
	is $f->api({mt => 'DeleteUpdateJob', id => $id})->{error}, undef,
	    'DeleteUpdateJob';
}
unlike $f->log_of('access') . $f->log_of('provision') . $f->log_of('tasks'),
    qr/\Q$secret\E|\Q$key\E/, 'no secret and no key is in a log';
done_testing;
