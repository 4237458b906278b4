# What the command line says of itself: help in every form, what is missing,
# exit statuses, completion.
use Mojo::Base -strict, -signatures;
use Mojo::File qw(path tempdir);
use Test::More;

my $build = $ENV{FLEETLINE_BUILD} // 'build';
my $program = "$build/sbin/fleetline";
my $dir = tempdir;

# Exit status, standard output, standard error.
sub run (@args) {
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDIN, '<', '/dev/null' or die $!;
		open STDOUT, '>', "$dir/out" or die $!;
		open STDERR, '>', "$dir/err" or die $!;
		exec $program, '-c', "$dir/none.conf", @args or die $!;
	}
	waitpid $pid, 0;
	return ($? >> 8, map { path("$dir/$_")->slurp } qw(out err));
}

for (['help'], ['--help'], ['-h']) {
	my ($status, $out, $err) = run(@$_);
	is "$status$err", '0', "@$_ is no error";
	like $out, qr/^  fleetline $_\b/m, "it names $_"
	    for 'device list', 'domain add', 'status';
}
for (['help', 'device'], ['device', '--help'], ['device', '-h'], ['device']) {
	my ($status, $out, $err) = run(@$_);
	is $status, "@$_" eq 'device' ? 2 : 0, "@$_ ends so";
	is $err, '', 'without an error';
	like $out, qr/^  fleetline device list\b/m, 'it lists its commands';
	unlike $out, qr/^  fleetline domain/m, 'and no others';
}
for ([qw(help device list)], [qw(device list --help)], [qw(device list -h)],
    [qw(device list --json --domain x --help)]) {
	my ($status, $out, $err) = run(@$_);
	is "$status$err", '0', "@$_ is no error";
	like $out, qr/\Ausage: fleetline device list .*--json/, 'it says how';
	unlike $out, qr/device show/, 'and nothing else';
}
like +(run(qw(help status)))[1], qr/\Ausage: fleetline status/, 'one word';
like +(run(qw(help setting get)))[1], qr/\Ausage: fleetline setting get KEY/,
    'two words';
for ('--version', '-V') {
	my ($status, $out) = run($_);
	is $status, 0, "$_ is no error";
	like $out, qr/\Afleetline \d+\.\d+\.\d+\n\z/, 'it prints the version';
}

# What is wrong, and what is missing.
for ([['nonsense'], qr/unknown command "nonsense"/],
    [[qw(device lsit)], qr/unknown command "device lsit"; see "fleetline help device"/],
    [[qw(help nonsense)], qr/unknown command "nonsense"/],
    [[qw(help device lsit)], qr/unknown command "device lsit"/],
    [[qw(device show)], qr/HWID is missing; see "fleetline help device show"/],
    [[qw(device assign 0090)], qr/DOMAIN is missing/],
    [[qw(domain grant)], qr/DOMAIN is missing/],
    [[qw(domain grant a.example)], qr/TARGET is missing/],
    [[qw(device add 0090)], qr/option --domain DOMAIN is missing/],
    [[qw(account add x)], qr/option --role ROLE is missing/],
    [[qw(device add 0090 --domain)], qr/--domain needs a DOMAIN/],
    [[qw(domain list x)], qr/too many arguments at "x"/],
    [[qw(domain list --blue)], qr/unknown option --blue/]) {
	my ($args, $match) = @$_;
	my ($status, $out, $err) = run(@$args);
	is $status, 2, "@$args: the command line is wrong";
	is $out, '', 'nothing on standard output';
	like $err, qr/\Afleetline: [^\n]+\n\z/, 'one line';
	like $err, $match, 'that says what';
}
is +(run(qw(domain list)))[0], 1, 'what goes wrong later ends with 1';

# Completion knows what help knows.
my ($status, $script) = run('completion');
is $status, 0, 'completion is printed';
path("$dir/complete.sh")->spurt($script);
sub complete_word ($last, @words) {
	my $n = @words;
	return join ' ', split /\n/, qx{bash -c '. "$dir/complete.sh"; set -u
	    COMP_WORDS=(@words "$last") COMP_CWORD=$n
	    _fleetline; printf "%s\\n" "\${COMPREPLY[@]-}"' 2>&1};
}
sub complete (@words) { return complete_word('', @words) }
like complete('fleetline'), qr/\baccount\b.*\bdevice\b.*\bstatus\b/, 'first words';
is complete(qw(fleetline category)), 'add list remove', 'second words';
is complete(qw(fleetline -c x.conf category)), 'add list remove',
    'behind -c FILE';
is complete(qw(fleetline device show)), '', 'behind a whole command nothing';
is complete(qw(fleetline backup)), '', 'nor behind one of one word';
is complete_word('rem', qw(fleetline category)), 'remove', 'a part of one';
is complete_word('--', qw(fleetline category list x)), '--help --json',
    'options';
is complete_word('--d', qw(fleetline device add 0090)), '--domain',
    'a part of one';
my @help = (run('help'))[1] =~ /^  fleetline ([a-z]+(?: [a-z]+)?)/mg;
is scalar(grep { $script !~ /^\Q$_\E\b/m } @help), 0,
    'it has every command of help';

like +(run('help', split / /))[1], qr/\[--yes\]/, "$_ asks, or is told --yes"
    for grep { / remove$/ } @help;

# One table of exit statuses in the manual pages.
like path('man/fleetline.7')->slurp, qr/^\.Ss Exit status\n.*^\.It 2$/ms,
    'the table stands in fleetline(7)';
for (glob 'man/*.8') {
	my ($text) = path($_)->slurp =~ /^\.Sh EXIT STATUS\n(.*?)^\.Sh/ms;
	like $text // '', qr/\b0 .*\b1 .*\b2\s+(?:if|after)/s, "$_ keeps it";
}
done_testing;
