-- Where a site is, in degrees of WGS 84. One that does not say is where the nearest site above is.
alter table site
    add column latitude double precision check (latitude between -90 and 90),
    add column longitude double precision check (longitude between -180 and 180),
    add check ((latitude is null) = (longitude is null));
