-- +goose Up
ALTER TABLE `commitments` ADD KEY `commitments_by_district_id_kind_created_at` (`district_id`, `kind`, `created_at`);
