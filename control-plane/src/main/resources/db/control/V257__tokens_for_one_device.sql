-- A token can be for one device: the serial number or UDID that it has to tell.
alter table enrolment_token add column serial text, add column udid text;
