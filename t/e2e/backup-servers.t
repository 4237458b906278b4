# Targets of backup jobs: Apache, nginx and lighttpd as Debian has them, by the blocks of
# doc/jobs.md.
use Fleetline;
use Targets;
use WebDav;

my $web = WebDav->new;
my $t = Targets->new(ports => [values %{$web->ports}]);
my @login = (qw(--login anna --password-file), $t->f->secret_file('secret'));
my @wrong = (qw(--login anna --password-file), $t->f->secret_file('other'));
my $place = qr{north\.example/009033030401/009033030401-\d{8}-\d{6}\.txt$};
my @ways = (['apache', 'digest', 1], ['apache', 'basic', 1], ['apache', 'none'],
    ['nginx', 'basic', 1], ['nginx', 'none'],
    ['lighttpd', 'basic', 1], ['lighttpd', 'none']);

for (@ways) {
	my ($name, $way, $asks) = @$_;
	my $was = @{$t->listed};
	if ($asks) {
		is $t->try($web->url($name, $way), @wrong),
		    'failed copy: the target answers 401: the login is wrong',
		    "$name, $way: a wrong password is a failed task with a clear text";
		is $t->try($web->url($name, $way)),
		    'failed copy: the target answers 401: the login is wrong',
		    "$name, $way: so is none";
		is $web->file($name, $way), undef, "$name, $way: nothing lies there";
	}
	is $t->try($web->url($name, $way), $asks ? @login : ()), 'done',
	    "BJ1: $name, $way: a save goes there, and is read back"
	    or diag $web->log($name);
	my $file = $web->file($name, $way);
	like $file // '', qr{/$name/$way/$place}, "$name, $way: as documented";
	is $file ? $file->slurp : '', $t->saved->text,
	    "$name, $way: as the device has it";
	is @{$t->listed} - $was, $asks ? 3 : 1, "$name, $way: our own are listed";
}

$t->saved->device->disconnect;
done_testing;
