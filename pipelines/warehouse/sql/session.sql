-- What every connection to the private warehouse is set to: no local time, no silent infinity on division by zero.
set TimeZone = 'UTC';
set ieee_floating_point_ops = false;
