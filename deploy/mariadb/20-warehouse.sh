#!/bin/bash
# Gives the product's user a second database, for the warehouse's reports, when the server is new.
set -eu
mariadb --user=root --password="${MARIADB_ROOT_PASSWORD}" <<SQL
CREATE DATABASE IF NOT EXISTS warehouse CHARACTER SET utf8mb4;
GRANT ALL PRIVILEGES ON warehouse.* TO '${MARIADB_USER}'@'%';
SQL
