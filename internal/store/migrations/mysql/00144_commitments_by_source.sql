-- +goose Up
ALTER TABLE `commitments` ADD KEY `commitments_by_district_id_source_id_source` (`district_id`, `source_id`, `source`);
