-- +goose Up
ALTER TABLE `deliveries` ADD COLUMN `card` VARCHAR(191) NOT NULL DEFAULT '';
