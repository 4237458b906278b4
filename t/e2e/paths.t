# A state folder so deep that a socket path would not fit.
use Fleetline;
use File::Temp;
use Mojo::File qw(path);

my $folder = File::Temp->newdir(TMPDIR => 1);
my $f = Fleetline->new(state => "$folder/" . join('/', ('deep') x 24),
    conf => {paths => {}}, stopped => 1);
path($f->state, 'fleetline.conf')->remove;
$f->start;
is $f->get('/health')->code, 200, 'it starts';
my ($run) = path($f->state, 'fleetline.conf')->slurp =~ /^run = (.*)$/m;
like $run, qr{^/tmp/}, 'the run folder stands elsewhere';
is((stat $run)[2] & 0007, 0, 'and is closed to others');
$f->restart;
is $f->get('/health')->code, 200, 'the next start finds it';

END { path($run)->remove_tree if $run && $run =~ m{^/tmp/fleetline-\w+$} }
done_testing;
