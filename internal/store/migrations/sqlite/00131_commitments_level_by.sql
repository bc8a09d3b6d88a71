-- +goose Up
ALTER TABLE `commitments` ADD COLUMN `level_by` INT NOT NULL DEFAULT 0;
