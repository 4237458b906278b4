# Targets of backup jobs: web servers that want a login, fail, or lie
# (innovaphone-protocols 7.1, chapter 12 row 22).
use DavServer;
use Fleetline;
use Mojo::File qw(tempdir);
use Targets;

my $dir = tempdir;
my $dav = DavServer->new;
my $other = DavServer->new;
$dav->elsewhere($other->url('none/x'));
is system('openssl req -x509 -batch -newkey rsa:2048 -nodes -subj'
    . " /CN=other.example -keyout $dir/key -out $dir/crt 2>$dir/said"), 0,
    'there is a certificate that does not fit';
my $tls = DavServer->new(tls => ["$dir/crt", "$dir/key"]);
my $t = Targets->new(ports => [map { $_->port } $dav, $tls, $other]);
my ($f, $s, $d) = ($t->f, $t->saved, $t->saved->device);
$f->cli(qw(setting set jobs.target 2));

my $right = $f->secret_file("secret\n");
my $wrong = $f->secret_file("other\n");
my @login = (qw(--login anna --password-file), $right);
my $place = 'north.example/009033030401/009033030401-\d{8}-\d{6}\.txt';
for (['none'], ['basic', @login], ['digest', @login]) {
	my ($way, @o) = @$_;
	is $t->try($dav->url($way), @o), 'done', "BJ1: PUT, $way";
	my ($file) = grep { m{^/$way/} } keys %{$dav->files};
	like $file // '', qr{^/$way/$place$}, "$way: named as documented";
	is $dav->files->{$file // ''}, $s->text, "$way: as the device has it";
	is scalar(grep { $_->[0] eq 'MKCOL' && $_->[2] == 201
	    && $_->[1] =~ m{^/$way/} } @{$dav->seen}), 2,
	    "$way: folders are made";
	is scalar(grep { $_->[0] eq 'GET' && $_->[2] == 200
	    && $_->[1] eq ($file // '') } @{$dav->seen}), 1,
	    "$way: it is read back";
}
is_deeply [map { $_ eq 'cfg.txt' } @{$s->told}], [1, 1, 1],
    'A7: for a target the configuration is read, not put by the device';
is scalar @{$t->listed}, 3,
    'X13: our store keeps its own copy';
pause(1.1);
is $t->try($dav->url('basic'), @login), 'done', 'a second night';
is scalar(grep { m{^/basic/} } keys %{$dav->files}), 2,
    'X13: is a second file there';

# W13: a drop box takes files and shows none.
for (['length', 'done'], ['box', 'done not verified: the target takes it, and answers'
    . ' 403 when it is read back'],
    ['lie', 'failed copy: the target has another length']) {
	my ($way, $want) = @$_;
	is $t->try($dav->url($way)), $want, "W13: a drop box, $way";
	is scalar(grep { m{^/$way/$place$} } keys %{$dav->files}), 1,
	    "W13: $way: the file is there";
}

my %fails = (
	wrong => 'copy: the target answers 401: the login is wrong',
	full => 'copy: the target answers 507: it has no room',
	cut => qr/^copy: no answer: /,
	slow => qr/^copy: no answer: Timeout/,
	away => 'copy: the target answers 301: it names another place',
	other => 'copy: the target gives back something else',
	tls => qr/^copy: no answer: SSL peer certificate/,
	local => 'copy: the address is not allowed');
my %url = (wrong => $dav->url('digest'), tls => $tls->url('none'),
    local => 'http://127.0.0.1:' . $f->port . '/x');
for my $how (sort keys %fails) {
	my $url = $url{$how} // $dav->url($how);
	my @o = $how eq 'wrong' ? ('--login', 'anna', '--password-file', $wrong) : ();
	my $said = $t->try($url, @o);
	like $said, qr/^failed /, "$how: the task has failed";
	my $why = $said =~ s/^failed //r;
	ref $fails{$how} ? like $why, $fails{$how}, "$how: and says why"
	    : is $why, $fails{$how}, "$how: and says why";
}
is_deeply $other->seen, [], 'no redirection is followed';
is_deeply [grep { m{^/(?:full|cut|slow)/} } keys %{$dav->files}], [],
    'what failed is not listed there';
isnt +($f->try_cli(qw(backup-job add north.example x --category),
    'acme phones', '--target', 'ftp://x/'))[0], 0,
    'a target is http or https';
isnt +($f->try_cli(qw(backup-job add north.example x --category),
    'acme phones', '--target', 'http://a:b@x/'))[0], 0,
    'and has no login in its URL';

# The password is in no answer, and goes with its target.
{
	my $r = $f->api({mt => 'AddBackupJob', name => 'secret',
	    domainId => (grep { $_->{name} eq 'north.example' }
		@{$f->api({mt => 'GetDomains'})->{domains}})[0]{id},
	    categories => ['acme phones'], target => $dav->url('basic'),
	    login => 'anna', password => 'secret'});
	ok $r->{id}, 'AddBackupJob takes a login' or diag encode_json($r);
	unlike encode_json($f->api({mt => 'GetBackupJobs', domainId => (grep {
	    $_->{name} eq 'north.example' } @{$f->api({mt => 'GetDomains'})
	    ->{domains}})[0]{id}})), qr/secret"?[^,]*password|password/,
	    'no answer has the password';
	is 0 + ($f->sql("SELECT count(*) FROM job WHERE password IS NOT NULL"))[1], 1,
	    'it is kept';
	is 0 + ($f->sql("SELECT count(*) FROM job WHERE instr(password, CAST('secret' AS BLOB))"))[1],
	    0, 'sealed';
	ok !$f->api({mt => 'EditBackupJob', id => $r->{id},
	    target => $other->url('basic')})->{error}, 'another target';
	is 0 + ($f->sql("SELECT count(*) FROM job WHERE password IS NOT NULL"))[1], 0,
	    'does not get the password of the one before';
}
$d->disconnect;
done_testing;
