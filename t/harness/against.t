# What bench/run --against reads and how it judges.
use Mojo::Base -strict, -signatures;
use Test::More;
use FindBin qw($Bin);
use lib "$Bin/../../bench/lib";
use Against qw(cells figure judge median spread);

my @cells = cells("machine\n| what | measured | against |\n|---|---|---|\n"
    . "| a list | 12.5 ms | - |\n| calls | 1200/s, p99 3 ms | x |\n");
is_deeply \@cells, [['a list', '12.5 ms'], ['calls', '1200/s, p99 3 ms']],
    'rows of a table are read without its head';
is_deeply [figure('12.5 ms')], [12.5, 'ms'], 'a time';
is_deeply [figure('1200/s, p99 3 ms')], [1200, '/s'], 'a rate';
is_deeply [figure('slowest 1.20 s')], ['1.20', 's'], 'a figure behind a word';
is_deeply [figure('not all came back')], [], 'words are no figure';
is median(5, 1, 9), 5, 'the median';
is sprintf('%.2f', spread(9, 10, 11)), '0.20', 'the spread';

sub verdict (@args) { (judge(@args))[2] ? 'slower' : 'no' }
is verdict('ms', [10, 10, 10.1], [12, 12, 12.1]), 'slower', 'a longer time';
is verdict('ms', [12, 12, 12], [10, 10, 10]), 'no', 'a shorter time';
is verdict('/s', [100, 100, 101], [80, 80, 81]), 'slower', 'a lower rate';
is verdict('/s', [80, 80, 80], [100, 100, 100]), 'no', 'a higher rate';
is verdict('ms', [10, 10, 10], [10.4, 10.4, 10.4]), 'no', 'within 5 %';
is verdict('ms', [8, 10, 12], [9, 12, 13]), 'no', 'within the spread';
is verdict('KiB', [0, 0, 0], [4, 4, 4]), 'no', 'of nothing there is no share';
done_testing;
