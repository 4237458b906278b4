# What "fleetline phone" and "fleetline template" say of settings, files and
# templates, and of what is wrong with their words.
use Fleetline;
use Mojo::File qw(path);

my $f = Fleetline->new(stopped => 1);
$f->cli(qw(init --password-file), $f->state . '/instance.password');
$f->cli(qw(domain add north));

# It is refused, and says so.
sub refused ($what, $why, @words) {
	my ($rc, undef, $err) = $f->try_cli(@words);
	ok $rc != 0 && $err =~ $why, $what or diag $err;
}

my %name = map { $_->{setting} => $_ } @{$f->cli_json(qw(phone setting-names))};
is_deeply [@{$name{language}}{qw(of default)}, !!$name{language}{choices}],
    [@{$name{time_zone}}{qw(of)}, 'en', 1], 'setting-names: what there is to be set';
is $name{vlan}{of}, 'phone', 'for what each is';
is $name{sip_user}{of}, 'port', 'of a port, too';

my $table = path($f->state, 'phones.csv')->spurt(<<~'END');
	mac;domain;type
	000413000001;north;snom320
	000413000002;north;snom320
	001565000003;north;yealinkT46S
	END
$f->cli('phone', 'import', "$table");
sub explained ($mac, $setting) {
	my ($row) = grep { $_->{setting} eq $setting }
	    @{$f->cli_json('phone', 'explain', $mac)};
	return $row ? "$row->{value} $row->{layer}" : 'nothing';
}
$f->cli(qw(phone set all language de));
$f->cli(qw(phone set vendor:snom language fr));
is explained('000413000001', 'language'), 'fr vendor:snom', 'a nearer layer wins';
$f->cli(qw(phone unset vendor:snom language));
is explained('000413000001', 'language'), 'de all', 'unset: the farther one again';

refused('an unknown vendor is no layer', qr/no vendor "snmo"; see/,
    qw(phone set vendor:snmo language de));
refused('nor an unknown model', qr/no model "snom1"; see/,
    qw(phone set model:snom1 language de));
refused('a value is needed', qr/either a value or a --password-file/,
    qw(phone set all language));
refused('and not both', qr/either a value or a --password-file/,
    qw(phone set all admin_password x --password-file /dev/null));
refused('a secret is on no command line', qr/admin_password is a secret/,
    qw(phone set all admin_password 4711));
refused('an empty value is none', qr/"unset" takes a value away/,
    qw(phone set all language), '');
refused('a window has minutes', qr/--minutes needs a number from 0 to/,
    qw(phone window 000413000001 --minutes soon));
refused('what is no MAC address', qr/"phone" is no MAC address/,
    qw(phone explain phone));
refused('a phone that is not there', qr/no phone 000413ffffff/,
    qw(phone window 000413ffffff));
refused('a file that it has not written', qr/no such file/,
    qw(phone files 000413000001 x.log));
is $f->cli(qw(phone files 000413000001 --json)), "[]\n", 'it has written none';
refused('who waits is in no domain', qr/is in no domain/,
    qw(phone list --waiting --domain north));
is scalar @{$f->cli_json(qw(phone list --domain north))}, 3,
    'a list of one domain';
refused('a port is a number', qr/--port needs a number from 0/,
    qw(phone assign 000413000001 north --port x));

# Templates of another folder: what would change, for whom.
my $other = path($f->state, 'templates');
system('cp', '-r', 'templates', "$other") == 0 or die 'cp';
is $f->cli('template', 'diff', "$other"), "0 files of 3 phones would change\n",
    'the same templates change nothing';
my ($file) = grep { $_->slurp =~ /language/ } @{$other->child('snom')->list};
my $text = $file->slurp;
$file->spurt($text =~ s/(\n[^\n]*language)/\n<!-- new line -->$1/r);
my $diff = $f->cli('template', 'diff', "$other");
like $diff, qr/^snom \S+: 2 phones, like 000413\w+\n\t.*new line/m,
    'diff: the new line, for both phones at once';
unlike $diff, qr/001565000003/, 'and nobody else';
like $diff, qr/^8 files of 3 phones would change$/m, 'each by four names';
$file->spurt("$text\n{{#open}}");
like $f->cli('template', 'diff', "$other"), qr/^\t\+!.*unknown name open/m,
    'a mistake stands where the file would';
refused('what has a mistake is not staged', qr/unknown name open/,
    'template', 'stage', "$other", '--phone', '000413000001');
my ($rc, $out, $err) = $f->try_cli('phone', 'check', $other->child('snom'));
ok $rc != 0, 'check finds it';
like $out, qr{^\S.*/snom/\S+:\d+: unknown name open\n\z}, 'and says it once';
like $err, qr/1 mistake$/, 'whatever the names by which phones ask';

# Some phones first, then all, then none.
$file->spurt($text =~ s/(\n[^\n]*language)/\n<!-- new line -->$1/r);
like $f->cli('template', 'stage', "$other", '--phone', '000413000001'),
    qr/^change 1: 1 phone have it/, 'templates are staged for one phone';
refused('others meanwhile are not', qr/change 1 is staged there/,
    'template', 'stage', "$other", '--phone', '000413000002');
is_deeply [map { "$_->{change} $_->{layer} $_->{phones}" }
    @{$f->cli_json(qw(template staged))}], ['1 templates 1'], 'staged: they stand there';
$f->cli(qw(template commit 1));
is_deeply [map { "$_->{layer} $_->{phones}" } @{$f->cli_json(qw(template staged))}],
    ['templates all'], 'commit: all have them';
is $f->cli('template', 'diff', "$other"), "0 files of 3 phones would change\n",
    'diff compares with what all have';
$f->cli(qw(template revert 1));
is $f->cli(qw(template staged --json)), "[]\n", 'revert: nobody has them';
refused('what is not staged cannot be taken back', qr/no such change is staged/,
    qw(template revert 1));

# Settings likewise.
my @french = (qw(--layer domain:north --setting language=fr));
$diff = $f->cli('template', 'diff', @french);
like $diff, qr/^yealink \S+: 1 phone, like 001565000003\n\t-lang.gui = German\n(?:\t-.*\n)*\t\+lang.gui = French$/m,
    'diff: what a changed setting would change';
$f->cli(qw(template stage), @french, qw(--phone 001565000003));
is explained('001565000003', 'language'), 'fr domain:north (staged)',
    'explain says that it is staged';
refused('a secret is on no command line there either', qr/admin_password is a secret/,
    qw(template diff --layer all --setting admin_password=x));
refused('a folder or settings', qr/either a folder of templates, or --layer/,
    qw(template diff --layer all));
$f->cli(qw(template commit 2));
is explained('001565000003', 'language'), 'fr domain:north', 'commit: it is set';
done_testing;
