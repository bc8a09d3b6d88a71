-- +goose Up
CREATE INDEX `steps_by_district_id_notice` ON `steps` (`district_id`, `notice`);
