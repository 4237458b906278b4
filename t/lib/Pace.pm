# Pace -- the order of the whole suite: prove --harness Pace.
#
# One browser at a time, from the beginning on, beside whatever else is run: two
# of them take both processors from each other and all that they wait for.
package Pace;
use strict;
use warnings;
use parent 'TAP::Harness';

use constant BROWSERS => 't/e2e/{console*,browser,login-browser,pages}.t';

sub rules { return {par => [{seq => BROWSERS}, {par => '**'}]} }

1;
