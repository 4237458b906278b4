# The manual page of the command line and its help say the same.
use Mojo::Base -strict;
use Mojo::File qw(path);
use Test::More;

my $program = ($ENV{FLEETLINE_BUILD} // 'build') . '/sbin/fleetline';
my $help = qx{"$program" help};
is $?, 0, 'help is no error';
my %shown;	# command => its options, as help lists them
while ($help =~ /^  fleetline ([a-z]+(?:[ -][a-z]+)*)(.*)$/mg) {
	my ($name, $rest) = ($1, $2);
	$shown{$name} = join ' ', sort $rest =~ /--([a-z-]+)/g;
}
ok keys %shown > 30, 'help lists the commands';

my %described;
for (split /\n/, path('man/fleetline.8')->slurp) {
	my ($name) = /^\.It Cm ([a-z]+(?:[ -][a-z]+)*)(?= |$)/ or next;
	$described{$name} = join ' ', sort /Fl -([a-z-]+)/g;
}
is $described{$_}, $shown{$_}, "the page has \"$_\" with its options"
    for sort keys %shown;
is join(',', grep { !exists $shown{$_} } sort keys %described), '',
    'the page has no command that does not exist';
done_testing;
