#!/bin/sh
# Runs once, when Gradescope builds the autograder's image.
set -e
apt-get update
apt-get install -y bubblewrap golang gcc
install -m 755 /autograder/source/checker /usr/local/bin/checker
