# The browser of the tests starts, runs a script, and leaves nothing behind.
use Mojo::Base -strict, -signatures;
use Test::More;
use Chromium;

my $missing = Chromium::missing();
plan(skip_all => $missing) if $missing;

my $c = Chromium->new;
my ($group, $folder) = ($c->driver, $c->folder . '');
ok Chromium::in_group($group) > 1, 'driver and browser run';
$c->go('data:text/html,<p>hello');
is $c->text, 'hello', 'a page is shown';
is $c->run('return Promise.resolve(arguments[0] + 1)', 41), 42,
    'a script is waited for';
ok !eval { $c->run('throw new Error("on purpose")'); 1 }, 'its error is one';
$c->end;
is_deeply [Chromium::in_group($group)], [], 'then none of them is left';
undef $c;
ok !-e $folder, 'nor their folder';

my $lost = Chromium->new;
$group = $lost->driver;
undef $lost;
is_deeply [Chromium::in_group($group)], [], 'nor when the object just goes';
done_testing;
