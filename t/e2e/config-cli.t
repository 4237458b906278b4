# Configurations on the command line: add, show, set, state; from one domain to
# another.
use Encode 'encode_utf8';
use Fleetline;
use Mojo::File 'path';

my $f = Fleetline->new;
for my $domain (qw(north.example south.example)) {
	$f->cli(qw(domain add), $domain);
	$f->cli('category', 'add', $domain, 'desks', '--config');
}
my $files = 0;
sub file ($text) {
	my $path = path($f->state, 'file.' . ++$files);
	$path->spurt($text);
	return "$path";
}
sub id_of ($out) { $out =~ /^configuration (\d+) has revision 1$/m ? 0 + $1 : undef }
sub refused (@args) { my ($rc, undef, $err) = $f->try_cli(@args); $rc ? $err : 'taken' }

my $alarm = file(encode_json({type => 'ALARM_SERVER', url => 'https://192.0.2.7/',
    setLogUrl => Mojo::JSON::true, logPassword => 'Gr3en-s3cret', desc => 'logs',
    categories => ['desks']}));
my $one = id_of($f->cli(qw(config add north.example), $alarm));
ok $one, 'a JSON file is added';
my ($row) = @{$f->cli_json(qw(config list north.example))};
delete $row->{changed};
is_deeply $row, {id => $one, type => 'ALARM_SERVER', revision => 1,
    categories => 'desks', desc => 'logs'}, 'and stands in the list';
my $shown = $f->cli(qw(config show), $one);
like $shown, qr/^logPassword\s+\(set\)$/m, 'it is shown without its secret';
like $shown, qr{^url\s+https://192\.0\.2\.7/$}m, 'and with its values';
unlike $shown . $f->cli(qw(config show), $one, '--json'), qr/Gr3en/, 'in no form';

my $script = "mod cmd UP1 check iresetn 1\nconfig change CMD0 /name x\n";
my $two = id_of($f->cli(qw(config add north.example --desc names --script),
    file($script)));
like +($f->try_cli(qw(config add north.example --script),
    file("config change CMD0 /name \xfc\n")))[2], qr/is not UTF-8/,
    'a script in another encoding is refused, not changed';
is_deeply decode_json($f->cli(qw(config show), $two, '--json'))->{script}, $script,
    'a script is added as a file of its own';
like $f->cli(qw(config show), $two), qr/^script\s*\n\tmod cmd UP1 check iresetn 1$/m,
    'and shown line by line';
like $f->cli(qw(config set), $two, '--script', file("vars create A p 00\n")),
    qr/revision 2\nwarning: line 1: vars create/, 'EX6: set says what may go wrong';
my $line = "config change CMD0 /name x\n";
my $long = ("# \x{201c}\n" . $line) x int(250000 / 40);
$f->cli(qw(config set), $two, '--script', file(encode_utf8($long)));
ok decode_json($f->cli(qw(config show), $two, '--json'))->{script} eq $long,
    'EX7: a script of more than 64 KiB is stored whole';
{
	my $app = App->new(url => $f->ws_url)->connect->login(domain => $f->domain,
	    password => $f->password);
	my $c = $app->ask({mt => 'GetDeviceConfig', id => $two, src => 's'}, 30);
	is $c->{error}, undef, 'EX7: an app asks for it';
	my @pieces = grep { $_->{mt} eq 'GetDeviceConfigValueResult' } @{$app->queue};
	ok @pieces > 4, 'EX7: and gets ' . @pieces . ' pieces, in more than one answer';
	ok join('', map { $_->{value} } @pieces) eq $long, 'EX7: joined they are it';
	$app->disconnect;
}
like refused(qw(config set), $two, '--script', file('x' x (256 << 10) . 'x')),
    qr/too long|larger|bytes/, 'EX7: one of more than 256 KiB is refused';
$f->cli(qw(config set), $two, file('{"script":"config write"}'));

like refused(qw(config add north.example), file('{"type":"NTP","ntp1":7}')),
    qr/ntp1: invalid value/, 'the member that is wrong is named';
like refused(qw(config add north.example), file('{"type":"NTP"}'), qw(--desc x)),
    qr/no option beside it/, 'what an option beside a file says is not lost unsaid';
like refused(qw(config add north.example), file('[]')), qr/not a JSON object/,
    'what is no object is refused';
like refused(qw(config show 999)), qr/no configuration 999/, 'as is one not there';
like refused(qw(config state 009033000009)), qr/no device/, 'or a device not there';


# ---- moving -------------------------------------------------------------------

my $export = $f->cli(qw(config export north.example));
unlike $export, qr/Gr3en/, 'an export has no secrets';
my $out = $f->cli(qw(config import south.example), file($export));
is $out, "2 configurations imported\n1 secret left out: set them by hand\n",
    'it is imported without them';
is_deeply [map { [@$_{qw(type categories desc)}] }
    @{$f->cli_json(qw(config list south.example))}],
    [['ALARM_SERVER', 'desks', 'logs'], ['EXPERT', '(all)', 'names']],
    'with its categories';
my $phrase = file('correct horse battery');
my $sealed = $f->state . '/secrets';
$export = $f->cli(qw(config export north.example --secrets), $sealed,
    '--password-file', $phrase);
is +(stat $sealed)[2] & 0777, 0600, 'a file of secrets is for its owner only';
unlike path($sealed)->slurp, qr/Gr3en/, 'and sealed';
like refused(qw(config import south.example), file($export), '--secrets', $sealed,
    '--password-file', file('another phrase')), qr/another pass phrase/,
    'with another pass phrase it does not open';
is $f->cli(qw(config import south.example), file($export), '--secrets', $sealed,
    '--password-file', $phrase), "2 configurations imported\n",
    'with its own the secrets come along';
my ($alarms) = grep { $_->{type} eq 'ALARM_SERVER' }
    reverse @{$f->cli_json(qw(config list south.example))};
is_deeply decode_json($f->cli(qw(config show), $alarms->{id}, '--json'))->{secrets},
    ['logPassword'], 'and are there';
# One that is for nobody stays so, shown and given back, or moved.
$f->cli(qw(category add north.example gone --config));
my $lost = $f->cli(qw(config add north.example), file(encode_json({type => 'NTP',
    ntp1 => '192.0.2.9', ntp2 => '', tz => 'UTC', categories => ['gone']})))
    =~ /configuration (\d+)/ ? $1 : die;
$f->cli(qw(category remove north.example gone --yes));
sub lost ($domain) { grep { $_->{matchesNone} } @{$f->api({mt => 'GetDeviceConfigs',
    domainId => $domain})->{configs}} }
my %domain = map { $_->{name} => $_->{id} } @{$f->api({mt => 'GetDomains'})->{domains}};
is scalar(lost($domain{'north.example'})), 1, 'its last category has gone';
$f->cli(qw(config set), $lost, file($f->cli(qw(config show --json), $lost)));
is scalar(lost($domain{'north.example'})), 1, 'shown and given back it is for nobody';
$f->cli(qw(config import south.example), file($f->cli(qw(config export north.example))));
is scalar(lost($domain{'south.example'})), 1, 'so is it where it moves';
like refused(qw(config export north.example --password-file),
    $f->secret_file('twelve characters')), qr/need each other/,
    'a pass phrase without its file is a mistake';

like refused(qw(config export north.example --secrets), $f->state . '/other'),
    qr/--password-file/, 'without a pass phrase there is no such file';
like refused(qw(config export north.example --secrets), $f->state . '/other',
    '--password-file', file('short')), qr/12 characters/, 'nor with a short one';
my $before = @{$f->cli_json(qw(config list south.example))};
$f->cli(qw(category add north.example halls --config));
$f->cli(qw(config set), $two, qw(--category halls));
like refused(qw(config import south.example),
    file($f->cli(qw(config export north.example)))),
    qr/configuration 2: categories: no such category/,
    'what cannot be imported is named by its place';
is scalar @{$f->cli_json(qw(config list south.example))}, $before,
    'and nothing of it is';
like refused(qw(config import south.example), file('{"configs":{}}')),
    qr/not what an export has/, 'as of a text that is none';

like refused(qw(config add north.example)), qr/name a FILE, or a script/,
    'add needs what to add';
like refused(qw(config set), $one), qr/nothing is to be changed/, 'set what to set';
$f->cli(qw(config remove), $one, '--yes');
like refused(qw(config show), $one), qr/no configuration/, 'remove forgets it';
done_testing;
