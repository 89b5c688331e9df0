//! The contract-test suite that judges a registration completion service.
