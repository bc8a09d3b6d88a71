-- +goose Up
ALTER TABLE `commitments` ADD COLUMN `source_no` VARCHAR(32) NOT NULL DEFAULT '';
