//! A registration completion service for paid events, done right.
